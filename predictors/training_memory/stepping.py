"""What lies in memory only around the optimizer's step: copies of gradients, and what its kernels work with.

DeepSpeed's stages as `deepspeed.runtime.zero` 0.19.8 does it: the gradients of a rank's part are copied into one flat
tensor, and that into fp32, before the step.
"""

from dataclasses import dataclass

from predictors.training_memory.counts import largest_matrix
from predictors.training_memory.precisions import Widths
from predictors.training_memory.setup import TrainingSetup

FLAT = frozenset({"zero1", "zero2", "zero3"})
"""Strategies that step one flat tensor of fp32 weights, which they keep whatever the model's precision."""
_KEEPS_BUFFERS = frozenset({"ddp", "zero3"})
"""DDP's buckets and the bucket of stage 3 last; the other stages and FSDP2 let theirs go after the backward pass."""
_SUB_GROUP = 1_000_000_000
"""Parameters that ZeRO-3 steps at a time (sub_group_size, by default)."""
_FP32 = 4
_LOOP_COPIES = {"adamw": 2, "adamw_8bit": 5}
"""Tensors of a parameter's size that exist while a loop steps it."""


@dataclass(frozen=True, slots=True)
class Step:
    """Bytes on one rank."""

    flattened_gradients: float
    """Gradients and their copies before the step; 0 where they are stepped as they are."""
    gradients: float
    """While it steps."""
    working: float
    """Results between the operations of the optimizer."""
    keeps_buffers: bool


def step_of(setup: TrainingSetup, widths: Widths, stepped: float, gradients: float) -> Step:
    """The step over `stepped` trained parameters of a rank, which has `gradients` bytes of them."""
    keeps = setup.strategy in _KEEPS_BUFFERS
    if setup.strategy == "zero3":
        stepped = min(stepped, _SUB_GROUP)
    working = _working_bytes(setup, widths, stepped)
    converted = _FP32 * stepped
    if setup.strategy not in FLAT:
        is_copied = widths.master and setup.strategy != "fsdp2"  # FSDP2 reduces to fp32 shards
        return Step(0.0, gradients + (converted if is_copied else 0.0), working, keeps)
    own = gradients if setup.strategy == "zero3" else widths.gradients * stepped
    flat = widths.gradients * stepped
    return Step(
        own + flat + (converted if widths.gradients < _FP32 else 0.0),
        converted + (own if setup.strategy == "zero3" else 0.0),  # stage 3 keeps the buffer they came from
        working,
        keeps,
    )


def master_bytes(setup: TrainingSetup, widths: Widths) -> float:
    """Bytes of a parameter's copy that is stepped; 0 where the weights themselves are."""
    return _FP32 if setup.strategy in FLAT else widths.master


def host_copy_bytes(setup: TrainingSetup, widths: Widths) -> float:
    """Bytes a parameter of the host's buffer that stepped weights return through (ZeRO-1 and 2 with offload)."""
    return widths.weights if setup.strategy in {"zero1", "zero2"} else 0.0


def _working_bytes(setup: TrainingSetup, widths: Widths, stepped: float) -> float:
    """Root of the second moment: of all parameters (foreach), or twice of one tensor at a time (for_loop).

    Sources: `torch.optim.adam`, `_multi_tensor_adam` and `_single_tensor_adam`; for 8-bit Adam in a loop,
    `bitsandbytes.backends.cpu`, which adds both moments and the gradient in fp32. A flat partition is one tensor.
    """
    if setup.optimizer not in _LOOP_COPIES or setup.optimizer_kernel == "fused":
        return 0.0
    is_8bit = setup.optimizer == "adamw_8bit"
    width = _FP32 if is_8bit else master_bytes(setup, widths) or widths.weights
    if setup.optimizer_kernel == "foreach":
        return 0.0 if is_8bit else width * stepped  # 8-bit Adam has kernels of its own on GPUs
    cut = (setup.sharded_over or setup.data_parallel) if setup.strategy == "fsdp2" else 1
    one = stepped if setup.strategy in FLAT else min(largest_matrix(setup.architecture) / cut, stepped)
    return _LOOP_COPIES[setup.optimizer] * width * one
