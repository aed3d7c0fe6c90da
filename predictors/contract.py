"""What predictors are asked and what they answer, whatever they are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Operator:
    """One kind of operator of a model, for one item of a batch. Elements, not bytes: the precision decides on those."""

    category: str
    """`conv`, `conv_pointwise`, `conv_grouped`, `conv_depthwise`, `matmul`, `batched_matmul`, `attention`, `norm`,
    `softmax`, `activation`, `elementwise`, `pool`, `reduce`, `copy`, `embedding` or `other`."""
    operator: str
    """As torch calls it, such as aten.convolution, or an ONNX file, such as onnx.Conv."""
    shape: tuple[int, ...]
    """conv: c_in, c_out, k_h, k_w, stride, groups, h_out, w_out. matmul: m, n, k. batched_matmul: b, m, n, k.
    attention: heads, queries, keys, width of a head. Others: elements written."""
    count: int
    """How often it occurs, one after the other or not."""
    flops: float
    """Floating-point operations of all of them; a multiply-accumulate is two."""
    read_elements: float
    """Activations that all of them read."""
    written_elements: float
    weight_elements: float
    """Parameters that all of them read, once a step whatever the batch."""


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """A model at one size of input, as traced without weights."""

    subject: str
    model_id: str | None
    family: str | None
    image_size: int | None
    sequence_length: int | None
    parameter_count: float
    flops_per_item: float
    """Of the forward pass."""
    operators: tuple[Operator, ...]
    saved_elements_per_item: float | None = None
    """What autograd keeps from the forward pass for the backward pass; None when it was not traced."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HardwareFacts:
    """A device as its catalogue row and probes tell it, in base units; what is not known is None."""

    hardware_id: str
    vendor: str | None
    kind: str | None
    memory_bytes: float | None
    memory_bandwidth: float | None
    """Bytes a second."""
    peak_flops: Mapping[str, float]
    """Dense peak by precision, operations a second."""
    sustained_flops: Mapping[str, float]
    """What the power cap lets it keep up; empty when it is not known."""
    cache_bytes: float | None = None
    unit_count: int | None = None
    """Streaming multiprocessors, compute units or cores."""
    launch_seconds: float | None = None
    """What one kernel costs at least."""
    tdp_watts: float | None = None
    year: int | None = None
    confidence: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One number that is asked for: a metric of a model on a device under a condition."""

    metric: str
    """`throughput` (item/second), `latency_mean` (second) or a metric of memory (byte)."""
    profile: ModelProfile
    hardware: HardwareFacts
    mode: str
    """`inference` or `training`."""
    precision: str
    batch_size: int
    runtime: str | None = None
    runtime_version: str | None = None
    compiler: str | None = None
    memory_format: str | None = None
    device_count: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """What the predictor had seen when it was asked: errors differ by it, and so do intervals."""

    is_model_seen: bool
    is_family_seen: bool
    is_hardware_seen: bool
    probes: int = 0
    """Results of this device that were taken in after training."""
    is_condition_seen: bool = True
    """Whether the device was measured in this mode, precision, layout, compiler and version of the runtime."""

    @property
    def name(self) -> str:
        """One of `seen`, `unseen model`, `unseen family`, `unseen condition`, `unseen hardware`, with the probes."""
        if not self.is_hardware_seen:
            return f"unseen hardware, {self.probes} probes"
        if not self.is_condition_seen:
            return "unseen condition"
        if not self.is_family_seen:
            return "unseen family"
        return "seen" if self.is_model_seen else "unseen model"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A number with an interval that is meant to hold it in `level` of such cases; its basis is `predicted`."""

    value: float
    low: float
    high: float
    level: float
    case: Case
    parts: Mapping[str, float] = field(default_factory=dict)
    """Seconds of one step by physics term: compute, memory, launch, software. They sum up to the step."""
    warnings: Sequence[str] = ()


class Predictor(Protocol):
    """Answers questions of one metric, all at once."""

    def predict(self, questions: Sequence[Question]) -> list[Prediction]:
        """One prediction a question, in their order. Raises PredictionRefused for what cannot be answered."""
        ...
