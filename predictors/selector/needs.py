"""How much memory of one device a request needs: measured, else predicted, else from what the model is made of."""

from collections.abc import Callable, Mapping

from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile, Question
from predictors.model_sizes.architecture import Architecture
from predictors.selector.knowledge import Knowledge
from predictors.selector.memory_ceiling import inference_ceiling
from predictors.selector.need import Need
from predictors.selector.request import SelectionRequest

_PEAK = "memory_device_peak"
_BYTES = {"int4": 0.5, "nf4": 0.5, "fp4": 0.5, "int8": 1.0, "fp8": 1.0, "fp16": 2.0, "bf16": 2.0}
_FULL = 4.0
_USUAL_LENGTH = 128
_AUTOCAST = "amp_"
_HALF = 2.0
_TRAINED_AS = {"fp16": "mixed_fp16"}
_GENERATED_AS: Mapping[str, tuple[str, str | None]] = {
    "fp16": ("bf16", None),
    "int8": ("bf16", "int8"),
    "int4": ("bf16", "int4"),
    "nf4": ("bf16", "nf4"),
}
"""Precision and quantization; what is not here keeps its name."""

Source = Callable[[SelectionRequest, Knowledge], Need | None]


def measured_peak(asked: SelectionRequest, known: Knowledge) -> Need | None:
    """The highest peak of the same model, mode, precision, batch and sizes on any device."""
    wanted = (asked.mode, asked.precision, asked.batch_size)
    peaks = [
        float(each.peak_bytes)
        for each in known.peaks.get(known.model_id(asked.model), ())
        if (each.mode, each.precision, each.batch_size) == wanted
        and asked.sequence_length in {None, each.sequence_length}
        and asked.image_size in {None, each.image_size}
    ]
    if not peaks:
        return None
    return Need(max(peaks), max(peaks), "measured", "its peak was measured under this condition")


def predicted_peak(asked: SelectionRequest, known: Knowledge) -> Need | None:
    """What the predictor of memory says, for a model whose operators are known, on the device with most memory."""
    profile = known.profile(asked)
    if profile is None:
        return None
    largest = max(
        (each.facts for each in known.devices.values() if each.device_kind == "cuda"),
        key=lambda facts: (facts.memory_bytes or 0, facts.hardware_id),
        default=None,
    )
    if largest is None:
        return None
    question = Question(_PEAK, profile, largest, asked.mode, asked.precision, asked.batch_size)
    found = known.predict(_PEAK, [question])
    if not found:
        return None
    said = Need(found[0].value, found[0].high, "predicted", "the predictor of memory")
    return _under_ceiling(said, profile, asked) if asked.mode == "inference" else said


def _under_ceiling(said: Need, profile: ModelProfile, asked: SelectionRequest) -> Need:
    ceiling = inference_ceiling(profile, asked.precision, asked.batch_size)
    if said.high <= ceiling:
        return said
    told = "the context of the device, weights, and all that its operators write at once"
    return Need(min(said.expected, ceiling), ceiling, "formula", told)


def trained_peak(asked: SelectionRequest, known: Knowledge) -> Need | None:
    """What training needs by the model of training's memory, with AdamW and nothing to save memory."""
    architecture = known.architecture(asked.model)
    if asked.mode != "training" or architecture is None:
        return None
    from predictors.training_memory.model import memory_of
    from predictors.training_memory.setup import TrainingSetup

    setup = TrainingSetup(
        architecture,
        micro_batch=asked.batch_size,
        sequence_length=asked.sequence_length or _USUAL_LENGTH,
        precision=_TRAINED_AS.get(asked.precision, asked.precision),
    )
    try:
        memory = memory_of(setup)
    except PredictionRefused:
        return None
    told = "weights, gradients, optimizer and activations, trained with AdamW on one device"
    return Need(memory.device_bytes, memory.high, "formula", told)


def generation_peak(asked: SelectionRequest, known: Knowledge) -> Need | None:
    """What generating text needs by the model of inference's memory, the device's context included."""
    architecture = known.architecture(asked.model)
    if asked.mode != "inference" or architecture is None or asked.known_family != "text_generation":
        return None
    from predictors.training_memory.inference import inference_memory

    precision, quantization = _GENERATED_AS.get(asked.precision, (asked.precision, None))
    length = asked.sequence_length or _USUAL_LENGTH
    try:
        memory = inference_memory(architecture, asked.batch_size, length, precision, quantization)
    except PredictionRefused:
        return None
    told = "weights, key-value cache, logits and the context of the device"
    return Need(memory.device_bytes, memory.high, "formula", _of_size(told, architecture))


def inference_peak(asked: SelectionRequest, known: Knowledge) -> Need | None:
    """Weights, and the activations of one layer for all tokens of the batch at once."""
    architecture = known.architecture(asked.model)
    if asked.mode != "inference" or architecture is None:
        return None
    needed = inference_bytes(architecture, asked.precision, asked.batch_size, asked.sequence_length)
    return Need(needed, needed, "formula", _of_size("weights and activations of one layer", architecture))


SOURCES: tuple[Source, ...] = (measured_peak, predicted_peak, trained_peak, generation_peak, inference_peak)
"""Asked in this order; the first that answers counts."""


def need_of(asked: SelectionRequest, known: Knowledge) -> Need | None:
    """What one device has to have; None when nothing tells."""
    return next((need for source in SOURCES if (need := source(asked, known)) is not None), None)


def bytes_of(precision: str) -> float:
    """Bytes of one weight: autocast keeps weights in fp32."""
    return _FULL if precision.startswith(_AUTOCAST) else _BYTES.get(precision, _FULL)


def inference_bytes(
    architecture: Architecture, precision: str, batch_size: int, sequence_length: int | None
) -> float:
    """Bytes of one pass forward: weights + what one layer writes.

    weights = parameters x bytes; one layer writes tokens x (2 x hidden + MLP width, twice where it is gated) x bytes:
    its input, the residual, and the MLP (Vaswani et al. 2017, section 3.3). Attention is taken not to keep its scores.
    The context of driver and libraries is not counted.
    """
    each = bytes_of(precision)
    active = min(each, _HALF) if precision.startswith(_AUTOCAST) else max(each, _HALF)
    tokens = batch_size * (sequence_length or _USUAL_LENGTH)
    layer = max(
        (
            2 * stack.hidden_size + (1 + stack.is_gated) * stack.intermediate_size
            for stack in architecture.stacks
        ),
        default=0,
    )
    return architecture.parameter_count * each + layer * tokens * active


def _of_size(told: str, architecture: Architecture) -> str:
    return f"{told}; {architecture.parameter_count:,} parameters"
