"""What may rule a device out: a visible tuple of small questions, each answered with the reason and how near it was."""

from predictors.selector.breach import Breach, Candidate, Constraint
from predictors.selector.knowledge import Knowledge
from predictors.selector.limits import latency, memory, power, price
from predictors.selector.request import SelectionRequest

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


def denied(candidate: Candidate, asked: SelectionRequest, known: Knowledge) -> Breach | None:
    """It was not ruled out by name."""
    word = next((word for word in asked.deny if candidate.device.hardware_id in known.named(word)), None)
    return Breach("denied", f"ruled out by {word!r}") if word else None


def compatible(candidate: Candidate, asked: SelectionRequest, known: Knowledge) -> Breach | None:
    """The compatibility matrix has no failure of this model on it without a success beside."""
    cells = [
        each
        for each in known.verdicts_of(known.model_id(asked.model), candidate.device.hardware_id)
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


def speed(candidate: Candidate, _: SelectionRequest, __: Knowledge) -> Breach | None:
    """Something tells how fast it is."""
    if candidate.estimate is None:
        return Breach("speed", "nothing was measured on it, and the catalogue has no rates of it")
    return None


def availability(candidate: Candidate, asked: SelectionRequest, known: Knowledge) -> Breach | None:
    """This machine has it."""
    name = candidate.device.hardware_id
    if asked.present is None or any(name in known.named(word) for word in asked.present):
        return None
    return Breach("availability", "not on this machine")


CONSTRAINTS: tuple[Constraint, ...] = (
    denied, runtime, mode, precision, compatible, memory, price, power, availability,
)  # fmt: skip
"""Asked in this order, before speed is estimated, of devices that may be chosen; all that do not hold are told."""
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
    found = [constraint(candidate, asked, known) for constraint in constraints]
    return tuple([each for each in found if each is not None])
