"""Choosing: candidates pass the constraints, are scored, and come back in order with their reasons."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmart.errors import UsageError
from predictors.selector.breach import Breach, Candidate
from predictors.selector.constraints import NAMES, OF_SPEED, breaches
from predictors.selector.devices import Device, exceeded, words
from predictors.selector.estimate import Estimate
from predictors.selector.estimates import estimates
from predictors.selector.explaining import explain
from predictors.selector.knowledge import Knowledge
from predictors.selector.needs import need_of
from predictors.selector.option import Option, Selection
from predictors.selector.precisions import canonical
from predictors.selector.request import SelectionRequest, check
from predictors.selector.scoring import front, score, shares

_Judged = tuple[Candidate, tuple[Breach, ...]]


def select(asked: SelectionRequest, known: Knowledge) -> Selection:
    """Choose a device for a request.

    A request that no device fits is answered with no options and the nearest misses; the explanation says so.
    Raises UsageError for a request that makes no sense: see `request.check`, and names of hardware nobody knows.
    """
    check(asked, NAMES)
    measured = (pool.condition.precision for pool in known.pools)
    asked = replace(asked, precision=canonical(asked.precision, measured))
    asked = asked if asked.family is not None else replace(asked, family=known.family(asked.model))
    _check_names(asked, known)
    need = need_of(asked, known)
    candidates = [Candidate(each, need, None) for each in _asked_for(asked, known)]
    passed, ruled_out = _parted([(each, breaches(each, asked, known)) for each in candidates], asked)
    left = [each.device for each, _ in passed]
    if asked.is_by_kind:
        left = leaders(asked, left, known)
        leading = {each.hardware_id for each in left}
        passed = [(each, broken) for each, broken in passed if each.device.hardware_id in leading]
    found = estimates(asked, left, known)
    fit, slow = _parted([_with_speed(*each, found, asked, known) for each in passed], asked)
    options = _scored(fit, asked)
    rejected = [
        Option(each.device, 0.0, 0.0, 0.0, {}, each.estimate, each.need, broken)
        for each, broken in (*ruled_out, *slow)
    ]
    rejected.sort(key=_by_nearness)
    present = _meant(asked.present or (), known)
    here = next((each for each in options if each.hardware_id in present), None)
    equally_good = _equals(options)
    told = explain(asked, options, equally_good, rejected, known)
    return Selection(asked, tuple(options), equally_good, tuple(rejected), here, tuple(told))


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


def _parted(judged: Sequence[_Judged], asked: SelectionRequest) -> tuple[list[_Judged], list[_Judged]]:
    """Those that may be chosen, as what does not hold is soft, and those that may not."""
    passed: list[_Judged] = []
    ruled_out: list[_Judged] = []
    for each in judged:
        is_soft = all(breach.constraint in asked.soft for breach in each[1])
        (passed if is_soft else ruled_out).append(each)
    return passed, ruled_out


def _with_speed(
    candidate: Candidate,
    broken: tuple[Breach, ...],
    found: Mapping[str, Estimate],
    asked: SelectionRequest,
    known: Knowledge,
) -> _Judged:
    candidate = replace(candidate, estimate=found.get(candidate.device.hardware_id))
    return candidate, (*broken, *breaches(candidate, asked, known, OF_SPEED))


def _check_names(asked: SelectionRequest, known: Knowledge) -> None:
    from difflib import get_close_matches

    for word in (*(asked.allow or ()), *asked.deny):
        if not known.named(word):
            near = get_close_matches(word, words(known.devices), n=3)
            hint = (
                f"Did you mean: {', '.join(near)}?" if near else "Name a device or a kind such as cuda or cpu"
            )
            raise UsageError(f"no hardware {word!r} is known", hint=hint)


def _asked_for(asked: SelectionRequest, known: Knowledge) -> list[Device]:
    if asked.allow is None:
        return list(known.devices.values())
    meant = _meant(asked.allow, known)
    return [each for name, each in known.devices.items() if name in meant]


def _meant(named: Sequence[str], known: Knowledge) -> frozenset[str]:
    return frozenset().union(*map(known.named, named))


def _scored(fit: Sequence[_Judged], asked: SelectionRequest) -> list[Option]:
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
    return sorted(options, key=_order)


def _by_nearness(option: Option) -> tuple[float, int, bool, str]:
    """Nearest misses first; of equals, those of which the catalogue has more than a name."""
    is_named_only = not option.device.facts.peak_flops
    return (-option.nearness, len(option.broken), is_named_only, option.hardware_id)


def _order(option: Option) -> tuple[float, float, float, float, str]:
    """Best first; of equal scores, what costs less, draws less, and has less memory, as far as it is known."""
    device = option.device
    return (
        -option.score,
        device.price_per_hour or math.inf,
        device.facts.tdp_watts or math.inf,
        device.facts.memory_bytes or math.inf,
        option.hardware_id,
    )
