"""Choosing: candidates pass the constraints, are scored, and come back in order with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmart.errors import UsageError
from predictors.selector.constraints import NAMES, OF_SPEED, Breach, Candidate, breaches
from predictors.selector.devices import Device, exceeded, is_named, words
from predictors.selector.estimates import BASES, Estimate, estimates
from predictors.selector.knowledge import Knowledge
from predictors.selector.need import Need, need_of
from predictors.selector.request import SelectionRequest, check
from predictors.selector.scoring import front, score, shares


@dataclass(frozen=True, slots=True)
class Option:
    """A device that may be chosen, or was rejected."""

    device: Device
    score: float
    """From 0 to 1; 0 when it is rejected."""
    low_score: float
    high_score: float
    """The score at the ends of the interval of its rate; both the score where there is none."""
    shares: Mapping[str, float | None]
    """Each criterion as a share of the best option's."""
    estimate: Estimate | None
    need: Need | None
    broken: tuple[Breach, ...] = ()
    """Constraints that do not hold: soft ones of an option, all of a rejected one."""
    is_on_front: bool = False
    """Whether no other option is better somewhere and nowhere worse."""

    @property
    def hardware_id(self) -> str:
        """Of its device."""
        return self.device.hardware_id

    @property
    def nearness(self) -> float:
        """How near a rejected device was, from 0 to 1: the product over its hard constraints."""
        product = 1.0
        for each in self.broken:
            product *= each.nearness or 0.0
        return product


@dataclass(frozen=True, slots=True)
class Selection:
    """What the selector answers."""

    asked: SelectionRequest
    options: tuple[Option, ...]
    """Best first."""
    equally_good: tuple[str, ...]
    """Ids of the options whose intervals of the score reach that of the best, the best among them."""
    rejected: tuple[Option, ...]
    """Nearest misses first; devices that were not asked for are left out."""
    here: Option | None
    """The best option that this machine has, where it was said what it has."""
    explanation: tuple[str, ...]

    @property
    def best(self) -> Option | None:
        """The first option; None when nothing may be chosen."""
        return self.options[0] if self.options else None

    @property
    def fallbacks(self) -> tuple[Option, ...]:
        """The options after the best."""
        return self.options[1:]


def select(asked: SelectionRequest, known: Knowledge) -> Selection:
    """Choose a device for a request.

    A request that no device fits is answered with no options and the nearest misses; the explanation says so.
    Raises UsageError for a request that makes no sense: see `request.check`, and names of hardware nobody knows.
    """
    check(asked, NAMES)
    asked = _with_family(asked, known)
    _check_names(asked, known)
    need = need_of(asked, known)
    candidates = [
        Candidate(each, need, None) for each in known.devices.values() if _is_asked_for(each, asked)
    ]
    judged = [(each, breaches(each, asked, known)) for each in candidates]
    left = [each.device for each, broken in judged if _is_soft(broken, asked)]
    if asked.is_by_kind:
        left = leaders(asked, left, known)
        leading = {each.hardware_id for each in left}
        judged = [
            (each, broken)
            for each, broken in judged
            if not _is_soft(broken, asked) or each.device.hardware_id in leading
        ]
    found = estimates(asked, left, known)
    judged = [_with_speed(each, broken, found, asked, known) for each, broken in judged]
    fit = [(each, broken) for each, broken in judged if _is_soft(broken, asked)]
    options = _scored(fit, asked)
    rejected = [
        Option(each.device, 0.0, 0.0, 0.0, {}, each.estimate, each.need, broken)
        for each, broken in judged
        if not _is_soft(broken, asked)
    ]
    rejected.sort(key=lambda option: (-option.nearness, len(option.broken), option.hardware_id))
    here = next((each for each in options if _is_here(each.device, asked)), None)
    return Selection(
        asked,
        tuple(options),
        _equals(options),
        tuple(rejected),
        here,
        tuple(_explain(asked, options, rejected, known)),
    )


def leaders(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> list[Device]:
    """Devices that no other of their kind exceeds, and those on which the model was measured."""
    was_measured = {
        device for pool in known.by_model.get(known.model_id(asked.model), ()) for device in pool.rates
    }
    behind = exceeded(devices, asked.precision) - was_measured
    return [each for each in devices if each.hardware_id not in behind]


def _equals(options: Sequence[Option]) -> tuple[str, ...]:
    """Without an interval, only what has the same score is said to be equal."""
    if not options:
        return ()
    best = options[0]
    return tuple(each.hardware_id for each in options if each is best or each.high_score >= best.low_score)


def _is_soft(broken: Sequence[Breach], asked: SelectionRequest) -> bool:
    return all(each.constraint in asked.soft for each in broken)


def _with_speed(
    candidate: Candidate,
    broken: tuple[Breach, ...],
    found: Mapping[str, Estimate],
    asked: SelectionRequest,
    known: Knowledge,
) -> tuple[Candidate, tuple[Breach, ...]]:
    """What is ruled out already is not asked how fast it is."""
    if not _is_soft(broken, asked):
        return candidate, broken
    candidate = replace(candidate, estimate=found.get(candidate.device.hardware_id))
    return candidate, (*broken, *breaches(candidate, asked, known, OF_SPEED))


def _with_family(asked: SelectionRequest, known: Knowledge) -> SelectionRequest:
    """The family as the model's results or its architecture tell it, where it is left open."""
    if asked.family is not None:
        return asked
    pools = known.by_model.get(known.model_id(asked.model), ())
    family = next((pool.family for pool in pools if pool.family), None)
    if family is None:
        architecture = known.architecture(asked.model)
        family = architecture.family if architecture else None
    return replace(asked, family=family)


def _check_names(asked: SelectionRequest, known: Knowledge) -> None:
    from difflib import get_close_matches

    for word in (*(asked.allow or ()), *asked.deny):
        if not any(is_named(each, word) for each in known.devices.values()):
            near = get_close_matches(word, words(known.devices), n=3)
            hint = (
                f"Did you mean: {', '.join(near)}?" if near else "Name a device or a kind such as cuda or cpu"
            )
            raise UsageError(f"no hardware {word!r} is known", hint=hint)


def _is_asked_for(device: Device, asked: SelectionRequest) -> bool:
    return asked.allow is None or any(is_named(device, word) for word in asked.allow)


def _is_here(device: Device, asked: SelectionRequest) -> bool:
    return asked.present is not None and any(is_named(device, word) for word in asked.present)


def _scored(fit: Sequence[tuple[Candidate, tuple[Breach, ...]]], asked: SelectionRequest) -> list[Option]:
    its = shares([each for each, _ in fit], asked)
    on_front = front(its, asked.weights)
    options = []
    for (candidate, broken), share, is_on_front in zip(fit, its, on_front, strict=True):
        factor = asked.soft_factor ** len(broken)
        estimate = candidate.estimate
        low = high = 1.0
        if estimate and estimate.low is not None and estimate.high is not None:
            low, high = estimate.low / estimate.rate, estimate.high / estimate.rate
        middle, least, most = (factor * score(share, asked.weights, end) for end in (1.0, low, high))
        options.append(
            Option(
                candidate.device, middle, least, most, share, estimate, candidate.need, broken, is_on_front
            )
        )
    return sorted(options, key=lambda option: (-option.score, option.hardware_id))


def _explain(
    asked: SelectionRequest, options: Sequence[Option], rejected: Sequence[Option], known: Knowledge
) -> list[str]:
    told = []
    if not options:
        told.append(_nothing_fits(asked, rejected))
    else:
        first = options[0]
        if first.estimate:
            told.append(f"{first.device.name} comes first by {first.estimate.basis}: {first.estimate.told}")
        if first.need:
            told.append(f"one device needs {first.need.high / 2**30:.1f} GiB ({first.need.told})")
            if not first.device.facts.memory_bytes:
                told.append("how much memory the host has was not looked at")
    if not any(each.estimate and each.estimate.basis == BASES[0] for each in options):
        told.append("nothing was measured yet of this model under this condition")
    refusal = known.refusal(asked.model) if not any(each.need for each in (*options, *rejected)) else None
    if refusal is not None:
        told.append(f"whether it fits is not known: {refusal}")
    return told


def _nothing_fits(asked: SelectionRequest, rejected: Sequence[Option]) -> str:
    if not rejected:
        return f"no device is left for {asked.model}"
    near = rejected[0]
    reasons = "; ".join(each.reason for each in near.broken)
    return f"no device takes {asked.model} as asked; the nearest is {near.device.name}: {reasons}"
