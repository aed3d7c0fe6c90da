"""What lies in memory whatever the batch: weights, gradients, states of the optimizer, and buffers for exchanging them.

Cut over ranks as ZeRO does (arXiv:1910.02054, section 5) and FSDP2 likewise.
"""

from dataclasses import dataclass

from predictors.training_memory.counts import (
    adapter_parameters,
    embedding_parameters,
    layer_parameters,
)
from predictors.training_memory.precisions import Widths, quantized_bytes, state_bytes, widths_of
from predictors.training_memory.reduction import Reduction, reduction_of
from predictors.training_memory.setup import TrainingSetup
from predictors.training_memory.stepping import FLAT, Step, host_copy_bytes, master_bytes, step_of

_CUTS_OPTIMIZER = frozenset({"zero1", "zero2", "zero3", "fsdp2"})
_CUTS_GRADIENTS = frozenset({"zero2", "zero3", "fsdp2"})
_CUTS_WEIGHTS = frozenset({"zero3", "fsdp2"})
_LIVE_PARAMETERS = 1_000_000_000
"""DeepSpeed keeps gathered what is used again within so many (stage3_max_reuse_distance, by default)."""
_BUCKET_WITHOUT_STAGE = 500_000_000
"""Elements that DeepSpeed's engine flattens and reduces at a time (buffered_allreduce_fallback)."""
_SWAP_BUFFER_BYTES = 5 * 100_000_000
"""Pinned buffers of DeepSpeed's NVMe offload: 5 of 1e8 bytes each, by default."""


@dataclass(frozen=True, slots=True)
class States:
    """Bytes on one rank."""

    weights: float
    gathered: float
    """Whole weights of what is computed now, and copies that autocast makes."""
    gradients: float
    """All of them, at the end of the backward pass."""
    head_gradients: float
    """Those there are before the layers' backward pass."""
    reduction: Reduction
    optimizer: float
    buffers: float
    step: Step
    """On the device."""
    host_weights: float
    host_optimizer: float
    """Gradients that wait for the step among them."""
    host_buffers: float


def trained_parameters(setup: TrainingSetup) -> float:
    """Parameters that have gradients, on all ranks."""
    if setup.adapters is not None:
        return adapter_parameters(setup.architecture, setup.adapters)
    return setup.architecture.parameter_count


def states_of(setup: TrainingSetup) -> States:
    """The bytes of each; raises PredictionRefused for words that mean nothing here."""
    widths = widths_of(setup.precision)
    trained = trained_parameters(setup) / setup.tensor_parallel
    ways = setup.sharded_over or setup.data_parallel
    cut = {
        name: ways if setup.strategy in strategies else 1
        for name, strategies in (("w", _CUTS_WEIGHTS), ("g", _CUTS_GRADIENTS), ("o", _CUTS_OPTIMIZER))
    }
    weights = _weight_bytes(setup, widths) / cut["w"]
    gradients = widths.gradients * trained / cut["g"]
    stepped = trained / cut["o"]
    optimizer = (master_bytes(setup, widths) + state_bytes(setup.optimizer, widths.state)) * stepped
    step = step_of(setup, widths, stepped, gradients)
    on_host, host_gradients, host_buffers = setup.offload_optimizer, 0.0, 0.0
    if on_host != "none":
        host_gradients = max(widths.gradients, 4) * stepped
        host_buffers = host_copy_bytes(setup, widths) * stepped + step.working
        gradients = 0.0 if setup.strategy in _CUTS_GRADIENTS else gradients
        step = Step(0.0, gradients, 0.0, keeps_buffers=step.keeps_buffers)
    head = widths.gradients * _head_parameters(setup) / cut["g"]
    if setup.steps_in_backward:
        gradients = head = max(head, widths.gradients * layer_parameters(setup.architecture) / cut["g"])
        step = Step(0.0, 0.0, 0.0, keeps_buffers=True)
    gathered = _gathered(setup, widths)
    if "nvme" in {on_host, setup.offload_parameters}:
        host_buffers += _SWAP_BUFFER_BYTES
    return States(
        weights=0.0 if setup.offload_parameters != "none" else weights,
        gathered=gathered,
        gradients=gradients,
        head_gradients=min(head, gradients),
        reduction=reduction_of(setup, widths, trained, gathered),
        optimizer=0.0 if on_host != "none" else optimizer,
        buffers=_buffers(setup, widths, trained),
        step=step,
        host_weights=weights if setup.offload_parameters == "cpu" else 0.0,
        host_optimizer=host_gradients + (optimizer if on_host == "cpu" else 0.0),
        host_buffers=host_buffers,
    )


def _weight_bytes(setup: TrainingSetup, widths: Widths) -> float:
    """Weights of one model replica on one rank of its tensor-parallel group."""
    architecture, adapters = setup.architecture, setup.adapters
    total = architecture.parameter_count
    if adapters is None:
        return widths.weights * total / setup.tensor_parallel
    added = widths.weights * adapter_parameters(architecture, adapters)
    if adapters.quantization is None:
        return (widths.weights * total + added) / setup.tensor_parallel
    plain = embedding_parameters(architecture)
    width = 4.0 if adapters.upcasts_embeddings else widths.weights
    frozen = width * plain + quantized_bytes(adapters.quantization) * max(total - plain, 0)
    return (frozen + added) / setup.tensor_parallel


def _gathered(setup: TrainingSetup, widths: Widths) -> float:
    """Whole weights beside the shards, and copies in the precision of compute."""
    architecture, split = setup.architecture, setup.tensor_parallel
    total, layer = architecture.parameter_count, layer_parameters(architecture)
    two_layers = min(2 * layer, total)
    if setup.strategy in _CUTS_WEIGHTS and (setup.ranks > 1 or setup.offload_parameters != "none"):
        root = min(embedding_parameters(architecture), total)
        if setup.strategy == "zero3":
            live = max(two_layers, min(total, _LIVE_PARAMETERS))
        else:
            live = min(two_layers + root, total) if setup.reshards_after_forward else total
        return widths.compute * live / split
    if setup.adapters is not None and setup.adapters.quantization is not None:
        return widths.compute * layer / split  # dequantized, one layer at a time
    if widths.compute >= widths.weights:
        return 0.0
    # Autocast keeps each weight it cast until the backward pass is through with it; of frozen weights that are
    # computed again, one layer's.
    frozen = setup.adapters is not None and setup.checkpointing == "full"
    return widths.compute * (layer if frozen else total) / split


def _buffers(setup: TrainingSetup, widths: Widths, trained: float) -> float:
    """Gradients on their way between ranks.

    DDP's buckets copy all of them, and so does DeepSpeed without a stage, up to its bucket; the stages have a bucket;
    FSDP2 has those of two layers before they are cut.
    """
    if setup.strategy == "ddp":
        return widths.gradients * trained if setup.data_parallel > 1 else 0.0
    if setup.strategy == "zero0":
        return widths.gradients * min(trained, _BUCKET_WITHOUT_STAGE) if setup.data_parallel > 1 else 0.0
    if setup.strategy in FLAT:
        return widths.gradients * setup.bucket_elements
    if setup.strategy == "fsdp2" and setup.ranks > 1:
        layer = layer_parameters(setup.architecture) / setup.tensor_parallel
        share = trained / max(setup.architecture.parameter_count / setup.tensor_parallel, 1)
        return 2 * widths.compute * layer * min(share, 1.0)
    return 0.0


def _head_parameters(setup: TrainingSetup) -> float:
    """Parameters of the output embedding, where it is trained."""
    architecture, adapters = setup.architecture, setup.adapters
    if adapters is not None and not adapters.trains_embeddings:
        return 0.0
    if not architecture.vocabulary_size or not architecture.stacks:
        return 0.0
    return architecture.vocabulary_size * architecture.stacks[-1].hidden_size / setup.tensor_parallel
