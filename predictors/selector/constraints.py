"""What may rule a device out: a visible tuple of small questions, each answered with the reason and how near it was."""

from collections.abc import Callable
from dataclasses import dataclass

from predictors.selector.devices import Device, is_named
from predictors.selector.estimates import Estimate
from predictors.selector.knowledge import Knowledge
from predictors.selector.need import Need
from predictors.selector.request import SelectionRequest

_GIBI = 2.0**30
_LARGEST_HOST = 6144 * _GIBI
"""Memory that an EPYC 9654 supports, by its row in the catalogue."""
_CLOSE = 1.01
_SIXTEEN = ("fp16", "bf16")
_NOT_TRAINED = frozenset({"int8", "int4", "nf4", "fp4"})
_TRAINERS = frozenset({"cpu", "cuda", "rocm", "mps", "xpu", "tpu", "hpu", "neuron", "other", None})
_ONLY_INFERENCE = frozenset(
    {"inferentia2", "cloud-ai-100-pro", "cloud-ai-100-standard", "cloud-ai-100-ultra"}
)
_RUNTIMES = {
    "cuda": frozenset({"cuda"}),
    "rocm": frozenset({"rocm"}),
    "tensorrt": frozenset({"cuda"}),
    "tensorrt-llm": frozenset({"cuda"}),
    "openvino": frozenset({"cpu", "xpu"}),
    "coreml": frozenset({"mps"}),
    "mlx": frozenset({"mps"}),
    "qnn": frozenset({"qnn"}),
    "neuron": frozenset({"neuron"}),
    "habana": frozenset({"hpu"}),
}
"""Kinds of devices that runtimes work on, of runtimes made for some of them only."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device and what is known of this request on it."""

    device: Device
    need: Need | None
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that does not hold."""

    constraint: str
    reason: str
    nearness: float | None = None
    """Limit over value, from 0 to 1: how near it was to hold; None for what is either so or not."""


Constraint = Callable[[Candidate, SelectionRequest, Knowledge], Breach | None]


def allowed(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It is among the hardware that may be chosen."""
    if asked.allow is None or any(is_named(candidate.device, word) for word in asked.allow):
        return None
    return Breach("allowed", f"not among what is available: {', '.join(asked.allow)}")


def denied(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It was not ruled out by name."""
    word = next((word for word in asked.deny if is_named(candidate.device, word)), None)
    return Breach("denied", f"ruled out by {word!r}") if word else None


def compatible(candidate: Candidate, asked: SelectionRequest, known: Knowledge) -> Breach | None:
    """The compatibility matrix has no failure of this model on it without a success beside."""
    cells = [
        each
        for each in known.verdicts.get((known.model_id(asked.model), candidate.device.hardware_id), ())
        if each.mode in {None, asked.mode}
        and each.precision in {None, asked.precision}
        and asked.runtime in {None, each.runtime}
    ]
    if not cells or any(each.status != "failed" for each in cells):
        return None
    worst = max(cells, key=lambda each: each.evidence_count)
    fix = f"; {worst.suggested_fix}" if worst.suggested_fix else ""
    return Breach(
        "compatible", f"failed in all of {worst.evidence_count} runs ({worst.error_class or 'unknown'}){fix}"
    )


def precision(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """The catalogue has a rate for the precision; nothing is said of devices without any rates, nor of fp32.

    Processors convert what they have no units for, and run it at the rate of fp32.
    """
    device, plain = candidate.device, asked.precision.removeprefix("amp_")
    rates = dict(device.facts.peak_flops)
    if not rates or plain in rates or plain == "fp32" or device.facts.kind == "cpu":
        return None
    if plain == "int8" and device.int8_ops:
        return None
    if plain not in {*_SIXTEEN, "tf32", "fp8", "int8"}:
        return None
    has = ", ".join(sorted(rates))
    return Breach("precision", f"has no {plain} units in the catalogue, only {has}")


def mode(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It can train, if that is asked."""
    if asked.mode != "training":
        return None
    if asked.precision in _NOT_TRAINED:
        return Breach("mode", f"weights in {asked.precision} are not trained; ask for adapters beside them")
    device = candidate.device
    if device.device_kind not in _TRAINERS or device.hardware_id in _ONLY_INFERENCE:
        return Breach("mode", "made for inference only")
    return None


def runtime(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """The runtime works on its kind of device."""
    kinds = _RUNTIMES.get((asked.runtime or "").lower())
    if kinds is None or candidate.device.device_kind in kinds:
        return None
    return Breach("runtime", f"{asked.runtime} runs on {', '.join(sorted(kinds))} only")


def memory(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """The request fits into one device; where the need is not known, nothing is said.

    A processor has the memory of its host, which nobody knows: it is taken to have as much as the need, up to what the
    largest processors of the catalogue support. Any other device whose memory is not known does not hold.
    """
    need, has = candidate.need, candidate.device.facts.memory_bytes
    if need is None:
        return None
    if not has and candidate.device.facts.kind != "cpu":
        return Breach("memory", f"needs {_range(need)}, and how much it has is not known")
    usable = (has or _LARGEST_HOST) * asked.budget.memory_share
    if need.high <= usable:
        return None
    share = "" if asked.budget.memory_share == 1 else f" of which {asked.budget.memory_share:.0%} may be used"
    surely = "does not fit" if need.expected > usable else "may not fit"
    holds = f"has {_gib(has)}" if has else f"supports at most {_gib(_LARGEST_HOST)}"
    return Breach(
        "memory", f"{surely}: needs {_range(need)}, {holds}{share} ({need.told})", usable / need.high
    )


def price(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It costs no more than the budget; without a price, that cannot be told, and it does not hold."""
    limit, its = asked.budget.price_per_hour, candidate.device.price_per_hour
    if limit is None or (its is not None and its <= limit):
        return None
    if its is None:
        return Breach("price", "no price is known, so it cannot be held against the budget")
    return Breach("price", f"costs {its:.2f} an hour, above {limit:.2f}", limit / its)


def power(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """It draws no more than the budget by its thermal design power; unknown, that does not hold."""
    limit, its = asked.budget.watts, candidate.device.facts.tdp_watts
    if limit is None or (its is not None and its <= limit):
        return None
    if its is None:
        return Breach("power", "its power is not known, so it cannot be held against the budget")
    return Breach("power", f"draws up to {its:.0f} W, above {limit:.0f} W", limit / its)


def latency(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """One step takes no longer than the limit; where seconds are not known, that does not hold."""
    limit, estimate = asked.budget.latency_seconds, candidate.estimate
    if limit is None:
        return None
    if estimate is None or estimate.is_relative:
        return Breach("latency", "no seconds are known, so they cannot be held against the limit")
    seconds = asked.batch_size / estimate.rate
    if seconds <= limit:
        return None
    return Breach(
        "latency", f"takes {seconds * 1e3:.3g} ms a step, above {limit * 1e3:.3g} ms", limit / seconds
    )


def speed(candidate: Candidate, _: SelectionRequest, __: Knowledge) -> Breach | None:
    """Something tells how fast it is."""
    if candidate.estimate is None:
        return Breach("speed", "nothing was measured on it, and the catalogue has no rates of it")
    return None


def availability(candidate: Candidate, asked: SelectionRequest, _: Knowledge) -> Breach | None:
    """This machine has it."""
    if asked.present is None or any(is_named(candidate.device, word) for word in asked.present):
        return None
    return Breach("availability", "not on this machine")


CONSTRAINTS: tuple[Constraint, ...] = (
    allowed, denied, runtime, mode, precision, compatible, memory, price, power, availability,
)  # fmt: skip
"""Asked in this order, before speed is estimated; all that do not hold are told."""
OF_SPEED: tuple[Constraint, ...] = (speed, latency)
"""Asked of what is left, once speed is estimated."""
NAMES = tuple(each.__name__ for each in (*CONSTRAINTS, *OF_SPEED))


def breaches(
    candidate: Candidate,
    asked: SelectionRequest,
    known: Knowledge,
    constraints: tuple[Constraint, ...] = CONSTRAINTS,
) -> tuple[Breach, ...]:
    """All of them that do not hold."""
    found = (constraint(candidate, asked, known) for constraint in constraints)
    return tuple(each for each in found if each is not None)


def _gib(count: float) -> str:
    return f"{count / _GIBI:.1f} GiB"


def _range(need: Need) -> str:
    at_most = f", at most {_gib(need.high)}" if need.high > _CLOSE * need.expected else ""
    return f"{_gib(need.expected)}{at_most}"
