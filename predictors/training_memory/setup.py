"""How a model is trained: all that its memory follows from, and the memory itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from predictors.model_sizes.architecture import Architecture


@dataclass(frozen=True, slots=True)
class Adapters:
    """Low-rank adapters beside frozen weights (LoRA); with `quantization`, QLoRA."""

    rank: int
    targets: tuple[str, ...] = ("query", "key", "value", "output")
    """Matrices of a layer that have one: `query`, `key`, `value`, `output`, `gate`, `up`, `down`."""
    trains_embeddings: bool = False
    trainable_parameters: int | None = None
    """When it is known; else it follows from rank and targets."""
    quantization: str | None = None
    """Of the frozen weights: `nf4`, `nf4-dq` (double quantization), `int4`, `int8`; None when they keep `precision`."""
    has_dropout: bool = True
    """Whether inputs are dropped out before they go through an adapter; PEFT's and litgpt's recipes do."""
    upcasts_embeddings: bool = False
    """Whether embeddings of a quantized model are made fp32, as PEFT's `prepare_model_for_kbit_training` does."""


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """One way of training, on `data_parallel` x `tensor_parallel` ranks of one device each."""

    architecture: Architecture
    micro_batch: int
    """Sequences (or images) of one rank in one forward pass."""
    sequence_length: int
    """Tokens of a sequence; 1 for models without one."""
    precision: str = "amp_bf16"
    """`fp32`; `amp_bf16`, `amp_fp16` (autocast: fp32 weights); `mixed_bf16`, `mixed_fp16` (half-precision weights and
    gradients, fp32 master weights in the optimizer, as DeepSpeed keeps them); `bf16` (all in half precision)."""
    optimizer: str = "adamw"
    """`adamw`, `adamw_8bit`, `sgd`, `sgd_momentum`, `adafactor`."""
    strategy: str = "single"
    """`single`, `ddp`, `fsdp2`, `zero0`, `zero1`, `zero2`, `zero3`."""
    data_parallel: int = 1
    tensor_parallel: int = 1
    sharded_over: int | None = None
    """Hybrid sharding: ranks among which states are cut, such as those of one node; None for all of data_parallel."""
    reshards_after_forward: bool = True
    """FSDP2: whether gathered weights are let go between forward and backward pass."""
    offload_optimizer: str = "none"
    """`none`, `cpu` or `nvme`."""
    offload_parameters: str = "none"
    checkpointing: str = "none"
    """Activations recomputed in the backward pass: `none`, `selective` (attention only) or `full` (each layer)."""
    attention: str = "flash"
    """`flash` (no matrix of scores is kept; memory-efficient SDPA likewise) or `eager`."""
    accumulation_steps: int = 1
    is_sequence_parallel: bool = False
    """Whether what tensor parallelism leaves whole (norms, residuals) is cut along the sequence."""
    is_compiled: bool = False
    has_chunked_loss: bool = False
    """Whether the loss is worked out in pieces, so that logits never exist whole."""
    steps_in_backward: bool = False
    """Whether the optimizer steps while gradients come, so that they never exist all at once."""
    adapters: Adapters | None = None
    keeps_logits: bool = False
    """With a chunked loss: whether logits of all tokens exist in half precision and only their fp32 copies are
    chunked, as in torchtune and litgpt."""
    holds_result: bool = True
    """Whether the loop still holds the logits, not the loss alone, while the backward pass runs."""
    optimizer_kernel: str = "fused"
    """How Adam steps: `fused`; `foreach`, with a copy of a state meanwhile, as torch does on GPUs by default; or
    `for_loop`, with two of a tensor at a time, as torch does on CPUs."""
    offloads_activations: bool = False
    """Whether kept activations wait for the backward pass in host memory."""
    has_fused_projection: bool = False
    """Whether queries, keys and values are views of one tensor: the values keep it whole beside rotated copies."""
    bucket_elements: int = 500_000_000
    """ZeRO: elements of the bucket gradients are reduced in; DeepSpeed's default."""

    @property
    def ranks(self) -> int:
        """Devices that train together."""
        return self.data_parallel * self.tensor_parallel


PARTS = ("weights", "gradients", "optimizer", "activations", "logits", "buffers", "fragmentation", "context")


@dataclass(frozen=True, slots=True)
class TrainingMemory:
    """Peak memory in bytes; the parts add up to it."""

    device_parts: Mapping[str, float]
    """By name of PARTS, on the rank that needs most. `weights` has gathered and quantized weights and adapters;
    `optimizer` has states and master weights; `context` what driver and libraries take before the first tensor."""
    host_parts: Mapping[str, float]
    """Offloaded states on one host process; empty without offload."""
    low: float
    """Bounds of the peak on the device."""
    high: float
    assumptions: tuple[str, ...] = field(default=())

    @property
    def device_bytes(self) -> float:
        """Peak on the rank that needs most."""
        return sum(self.device_parts.values())

    @property
    def host_bytes(self) -> float:
        """Peak beside it on the host."""
        return sum(self.host_parts.values())
