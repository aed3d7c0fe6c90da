"""The memory of training: the largest of the moments of a step, and the parts of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmart.errors import PredictionRefused, UsageError
from predictors.training_memory.activations import Kept, has_dropout, kept_before_stacks, kept_of
from predictors.training_memory.calibration import CONTEXT_BYTES, LEVEL, bounds, fragmentation
from predictors.training_memory.logits import Logits, logits_of
from predictors.training_memory.precisions import widths_of
from predictors.training_memory.setup import PARTS, TrainingMemory, TrainingSetup
from predictors.training_memory.states import States, states_of
from predictors.training_memory.traced import traced_of

_CHOICES = {
    "strategy": ("single", "ddp", "fsdp2", "zero0", "zero1", "zero2", "zero3"),
    "checkpointing": ("none", "selective", "full"),
    "attention": ("flash", "eager"),
    "optimizer_kernel": ("fused", "foreach", "for_loop"),
    "offload_optimizer": ("none", "cpu", "nvme"),
    "offload_parameters": ("none", "cpu", "nvme"),
}
_POSITIVE = ("micro_batch", "sequence_length", "data_parallel", "tensor_parallel", "accumulation_steps")


@dataclass(frozen=True, slots=True)
class _Layers:
    """Bytes of activations of all layers on one rank."""

    kept: float
    """At the end of the forward pass."""
    redone: float
    """Of the layer that is computed again, while its backward pass runs."""
    working: float


def memory_of(setup: TrainingSetup) -> TrainingMemory:
    """Peak memory in bytes on the rank that needs most, by part, and on the host beside it.

    A step has moments that can be its peak: the loss (all activations, the copies of the logits; gradients only when
    they accumulate), the output matrix, the layers (gradients grow as activations go: the last layer computed again,
    or the first with all gradients), and the optimizer (gradients copied, then stepped). The parts are those of the
    largest.
    Raises UsageError for counts below one and unknown words, PredictionRefused for a model whose layers are neither
    known nor traced.
    """
    _check(setup)
    states, logits, layers = states_of(setup), logits_of(setup), _layers_of(setup)
    parts = max(_moments(setup, states, logits, layers), key=lambda moment: sum(moment.values()))
    tensors = {name: parts.get(name, 0.0) for name in PARTS}
    device = tensors | {"fragmentation": fragmentation(tensors), "context": float(CONTEXT_BYTES)}
    low, high = bounds(device)
    return TrainingMemory(
        device_parts=device,
        host_parts=_host(setup, states, layers),
        low=low,
        high=high,
        assumptions=_assumptions(setup),
    )


def _moments(
    setup: TrainingSetup, states: States, logits: Logits, layers: _Layers
) -> tuple[Mapping[str, float], ...]:
    resident = {"optimizer": states.optimizer, "buffers": states.buffers}
    computing = resident | {"weights": states.weights + states.gathered}
    waiting = 0.0 if setup.accumulation_steps == 1 or setup.steps_in_backward else states.gradients
    kept = 0.0 if setup.offloads_activations else layers.kept
    stepping = resident | {
        "weights": states.weights,
        "buffers": states.buffers if states.step.keeps_buffers else 0.0,
    }
    return (
        computing | {"gradients": waiting, "activations": kept, "logits": logits.in_loss},
        computing
        | {
            "gradients": max(waiting, states.head_gradients),
            "activations": kept,
            "logits": logits.in_head,
        },
        computing
        | {
            "gradients": max(waiting, states.head_gradients),
            "activations": kept + layers.redone + layers.working,
            "logits": logits.in_layers,
        },
        computing
        | {
            "gradients": states.gradients,
            "activations": layers.redone + layers.working,
            "logits": logits.in_layers,
        },
        resident
        | {
            "weights": states.weights + states.reduction.weights,
            "gradients": states.gradients + states.reduction.gradients,
            "buffers": states.buffers if states.step.keeps_buffers else 0.0,
            "logits": logits.in_layers,
        },
        stepping | {"gradients": states.step.flattened_gradients},
        stepping | {"gradients": states.step.gradients, "optimizer": states.optimizer + states.step.working},
    )


def _layers_of(setup: TrainingSetup) -> _Layers:
    if not setup.architecture.stacks:
        traced, width = traced_of(setup.architecture), widths_of(setup.precision).compute
        return _Layers(
            kept=setup.micro_batch * width * traced.saved_elements,
            redone=0.0,
            working=2 * setup.micro_batch * width * traced.widest_elements,
        )
    each = [(stack.layers, kept_of(setup, stack)) for stack in setup.architecture.stacks]
    working, before = max(kept.working for _, kept in each), kept_before_stacks(setup)
    if setup.checkpointing == "full":
        return _Layers(before + sum(count * kept.boundary for count, kept in each), _widest(each), working)
    return _Layers(before + sum(count * kept.whole for count, kept in each), 0.0, working)


def _widest(each: list[tuple[int, Kept]]) -> float:
    return max(kept.whole for _, kept in each)


def _host(setup: TrainingSetup, states: States, layers: _Layers) -> Mapping[str, float]:
    activations = layers.kept if setup.offloads_activations else 0.0
    parts = {
        "weights": states.host_weights,
        "optimizer": states.host_optimizer,
        "buffers": states.host_buffers,
        "activations": activations,
    }
    return {name: value for name, value in parts.items() if value}


def _assumptions(setup: TrainingSetup) -> tuple[str, ...]:
    said = list(setup.architecture.notes)
    if has_dropout(setup):
        said.append("layers drop out while they train")
    if _is_narrow(setup):
        said.append("the head is narrow: no logits over a vocabulary")
    if setup.architecture.stacks and not setup.architecture.vocabulary_size and not _is_narrow(setup):
        said.append(
            "the vocabulary is not known: logits are not counted, and a model that generates needs more"
        )
    if not setup.architecture.stacks:
        said.append(traced_of(setup.architecture).note)
        if setup.checkpointing != "none":
            said.append("all activations are kept: which layers are computed again is not known")
    said += _lengths(setup)
    if setup.architecture.front_elements and setup.adapters is None and len(setup.architecture.stacks) == 1:
        said.append("convolutions before the encoder are trained; frozen ones keep nothing")
    said.append(f"bounds hold {LEVEL:.0%} of measured facts")
    return tuple(said)


def _lengths(setup: TrainingSetup) -> list[str]:
    """Of stacks beside one another: which have sequences of their own, and which the one that is given."""
    stacks = setup.architecture.stacks
    if len(stacks) < 2:  # noqa: PLR2004
        return []
    own = [f"{stack.length:,}" for stack in stacks if stack.length]
    if not own:
        return ["all stacks get sequences of the same length"]
    return [f"sequences of {' and '.join(own)} positions for stacks that have a length of their own"]


def _is_narrow(setup: TrainingSetup) -> bool:
    return setup.architecture.family in {"embedding", "vision"}


def _check(setup: TrainingSetup) -> None:
    for name in _POSITIVE:
        if getattr(setup, name) < 1:
            raise UsageError(f"{name} is {getattr(setup, name)}", hint="It counts things: 1 or more")
    for name, known in _CHOICES.items():
        if getattr(setup, name) not in known:
            raise UsageError(f"no {name} `{getattr(setup, name)}`", hint=f"There are {', '.join(known)}")
    if setup.adapters is not None and not setup.architecture.stacks:
        raise PredictionRefused(
            f"adapters stand beside matrices, and those of {setup.architecture.name} are not known",
            hint="Train all of it",
        )
