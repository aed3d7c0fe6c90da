"""Events as Python values: what collectors build and hand to the log.

Each class is one kind; field names and order follow `schemas`. Optional fields are None when the source does not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from benchmart.event_log import schemas
from benchmart.event_log.kind import Kind

STATUSES = ("ok", "failed", "skipped", "untested")
BASES = ("measured", "simulated", "suspect", "estimated", "predicted", "untested")
SUBJECT_KINDS = ("model", "test")
RETRACTION_ACTIONS = ("retract", "restore")
ACKNOWLEDGEMENT_ACTIONS = ("acknowledge", "withdraw")
OUTLIER_VERDICTS = ("odd", "cleared")


@dataclass(frozen=True, slots=True)
class Metric:
    """One number about a subject."""

    name: str
    """A name of `seeds/metrics.csv`, such as `latency_mean`."""
    unit: str
    """The unit the source uses, a name of `seeds/units.csv`, such as `millisecond`."""
    value: float
    """The value in `unit`."""
    samples: Sequence[float] | None = None
    """Every sample behind the value, in `unit`, in the order they were taken."""
    warmup_samples: Sequence[float] | None = None
    """Samples taken before the machine was warm, in `unit`; never part of `value`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event carries beside its payload."""

    kind: ClassVar[Kind]

    collector: str
    """The program that made the event, such as `runner` or `adapter:timm_csv`."""
    collector_version: str
    occurred_at: datetime | None = None
    """When it happened, with a time zone; None when the source does not say. Never a guess."""
    run_id: str | None = None
    source_uri: str | None = None
    """Where the source was read from: a path or an address."""
    source_digest: str | None = None
    """sha-256 of the source's bytes, in hexadecimal."""
    source_locator: str | None = None
    """Where inside the source: `line 17` or a JSON path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecorded(Event):
    """One outcome of one subject under one condition."""

    kind: ClassVar[Kind] = schemas.RESULT_RECORDED

    subject_kind: str
    """One of SUBJECT_KINDS."""
    subject: str
    """The model or test, as the source spells it."""
    family: str | None = None
    status: str
    """One of STATUSES."""
    basis: str
    """One of BASES: where the numbers come from."""
    basis_reason: str | None = None
    error_class: str | None = None
    """`out_of_memory`, `timeout`, `crash`, `device_absent`, or the exception's class name."""
    error_message: str | None = None
    mode: str | None = None
    """`inference` or `training`."""
    phase: str | None = None
    """`prefill` or `decode` where generation is split."""
    device: str | None = None
    """The hardware as the source spells it."""
    device_kind: str | None = None
    """`cpu`, `cuda`, `rocm`, `mps`, `xpu`, ..."""
    device_count: int | None = None
    runtime: str | None = None
    """`pytorch`, `onnxruntime`, ..."""
    runtime_version: str | None = None
    compute_platform: str | None = None
    """`cuda`, `rocm`, `cpu`, ...: what the runtime was built for."""
    compute_platform_version: str | None = None
    driver_version: str | None = None
    compiler: str | None = None
    """`eager`, `dynamo`, ..."""
    precision: str | None = None
    memory_format: str | None = None
    """`nchw` or `nhwc` (channels last)."""
    batch_size: int | None = None
    """Items per step."""
    sequence_length: int | None = None
    """Tokens, or audio frames, per item."""
    image_size: int | None = None
    """Pixels along one side of a square image."""
    parameter_count: int | None = None
    condition: Mapping[str, str] = field(default_factory=dict)
    """Whatever else must be equal for two results to be comparable."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Whatever else is worth knowing."""
    metrics: Sequence[Metric] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareObserved(Event):
    """One device of one machine, as a probe saw it."""

    kind: ClassVar[Kind] = schemas.HARDWARE_OBSERVED

    machine_id: str | None = None
    """A digest that tells machines apart without naming them."""
    device_kind: str
    device_index: int
    device: str
    vendor: str | None = None
    physical_cores: int | None = None
    logical_cores: int | None = None
    max_frequency_hertz: float | None = None
    l1d_cache_bytes: int | None = None
    """Of one core."""
    l2_cache_bytes: int | None = None
    """Of one core."""
    l3_cache_bytes: int | None = None
    """Of one shared slice."""
    memory_bytes: int | None = None
    vector_extensions: Sequence[str] | None = None
    compute_capability: str | None = None
    driver_version: str | None = None
    power_limit_watts: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentObserved(Event):
    """The software a run found itself in."""

    kind: ClassVar[Kind] = schemas.ENVIRONMENT_OBSERVED

    machine_id: str | None = None
    python_version: str | None = None
    python_implementation: str | None = None
    os_name: str | None = None
    os_version: str | None = None
    kernel_version: str | None = None
    container: str | None = None
    git_commit: str | None = None
    git_branch: str | None = None
    git_is_dirty: bool | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    """Package name to version, of the packages that influence results."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProfiledOperator:
    """Calls of one operator with equal shapes in a forward pass; numbers are of all of them, for one item."""

    category: str
    """What bounds it, such as `conv_depthwise` or `norm`."""
    operator: str
    """As torch calls it, such as `aten.convolution`, or an ONNX file, such as `onnx.Conv`."""
    shape: Sequence[int]
    """Convolutions: channels in and out, kernel height and width, stride, groups, height and width of the output.
    Matrix products: m, n, k, before them b of those in a batch. Attention: heads, queries, keys, width of a head.
    Others: elements written."""
    count: int
    flops: float
    """Operations of convolutions, matrix products and attention, a multiply-add as two; others have 0."""
    read_elements: float
    """Activations."""
    written_elements: float
    weight_elements: float
    """What is read or written once a step whatever the batch: parameters, and what is computed from them alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProfiled(Event):
    """What a model is made of, counted without running it on a device."""

    kind: ClassVar[Kind] = schemas.MODEL_PROFILED

    subject: str
    family: str | None = None
    architecture: str | None = None
    configuration_digest: str | None = None
    mode: str | None = None
    phase: str | None = None
    sequence_length: int | None = None
    image_size: int | None = None
    parameter_count: int | None = None
    flops_per_item: float | None = None
    """Floating-point operations of one step for one item; a multiply-add counts as two."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    saved_elements_per_item: float | None = None
    """Activations that autograd keeps from the forward pass for the backward pass, whatever their precision."""
    saved_other_bytes_per_item: float | None = None
    """Indices and masks kept beside, bytes."""
    peak_live_elements_per_item: float | None = None
    """Most activations alive at once in a forward pass that keeps nothing."""
    operators: Sequence[ProfiledOperator] | None = None
    """In the order of their first call; None when only totals were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRetracted(Event):
    """A result is not to be used any more, or may be used again."""

    kind: ClassVar[Kind] = schemas.RESULT_RETRACTED

    target_event_id: str
    action: str
    """One of RETRACTION_ACTIONS."""
    reason: str
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationAcknowledged(Event):
    """Somebody has looked at what breaks a rule of data quality and lets it stand, or does so no more."""

    kind: ClassVar[Kind] = schemas.VIOLATION_ACKNOWLEDGED

    target_event_id: str
    """The result."""
    rule: str | None = None
    """A name of `seeds/quality_rules.csv`; None for all that the result breaks."""
    action: str
    """One of ACKNOWLEDGEMENT_ACTIONS."""
    reason: str
    author: str | None = None


@dataclass(frozen=True, slots=True)
class SplitScore:
    """How well a predictor did on results that it had not seen."""

    split: str
    """What was new about them, such as `unseen model`."""
    result_count: int
    median_error: float
    """Median of |predicted / measured - 1|."""
    mean_error: float
    coverage: float | None = None
    """Share of results that their intervals held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictorTrained(Event):
    """A version of a predictor was made, and does or does not replace the one that serves."""

    kind: ClassVar[Kind] = schemas.PREDICTOR_TRAINED

    predictor: str
    predictor_version: str
    data_digest: str
    """sha-256 over the results it learned from."""
    weights_digest: str
    """sha-256 over its files."""
    result_count: int
    scores: Sequence[SplitScore] = ()
    is_champion: bool
    """Whether it serves from now on."""
    reason: str
    """Why it does, or does not."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionIssued(Event):
    """A predictor was asked for a number, and answered."""

    kind: ClassVar[Kind] = schemas.PREDICTION_ISSUED

    predictor: str
    predictor_version: str
    model_id: str
    hardware_id: str
    mode: str
    precision: str
    batch_size: int
    image_size: int | None = None
    sequence_length: int | None = None
    device_count: int | None = None
    runtime: str | None = None
    runtime_version: str | None = None
    compiler: str | None = None
    memory_format: str | None = None
    metric: str
    unit: str
    """The base unit of the metric."""
    value: float
    low: float
    high: float
    level: float
    """The share of such predictions whose interval is meant to hold what is measured."""
    case_name: str
    """What of the question was new to the predictor, such as `unseen hardware, 0 probes`."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierJudged(Event):
    """A result does not fit what others let expect, or is no longer said not to."""

    kind: ClassVar[Kind] = schemas.OUTLIER_JUDGED

    target_event_id: str
    """The result."""
    judged_collector: str
    """The collector whose results it was held against; its own."""
    metric: str
    verdict: str
    """One of OUTLIER_VERDICTS."""
    value: float | None = None
    """In the base unit of the metric; this and what follows is None where the result is not judged any more."""
    expected_value: float | None = None
    """What it should have been, in the same unit."""
    deviations: float | None = None
    """How many usual deviations it is off, at least 0."""
    witness_count: int | None = None
    """Other configurations of the subject that were heard."""
    witnesses: Sequence[str] | None = None
    """Events of some of them."""
    relatives: Sequence[str] | None = None
    """The subjects in the same configuration that are most alike, most alike first."""
    judge_version: str
    data_digest: str
    """Digest over all results it was held against."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsJudged(Event):
    """All results of a collector in one metric were held against each other: what is not told to be odd fits."""

    kind: ClassVar[Kind] = schemas.RESULTS_JUDGED

    judged_collector: str
    metric: str
    judge_version: str
    data_digest: str
    """Digest over them."""
    result_count: int
    """Results that there were."""
    judged_count: int
    """Those of them that had enough others to be held against."""
    odd_count: int
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentQuarantined(Event):
    """A document that could not be understood, kept whole."""

    kind: ClassVar[Kind] = schemas.DOCUMENT_QUARANTINED

    format: str | None = None
    """The format it was taken for; None when it was not recognised at all."""
    reason: str
    document: bytes
    document_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentImported(Event):
    """A file was looked at by an import. The same file at the same place is told of once."""

    kind: ClassVar[Kind] = schemas.DOCUMENT_IMPORTED

    path: str
    """Where it was; part of what happened, so two copies of a file are two events."""
    outcome: str
    """`taken`, `quarantined`, `untouched` or `failed`."""
    format: str | None = None
    """The format it was taken for; None when it was not recognised at all."""
    reason: str | None = None
    """Why something was quarantined or left; None when all is fine."""
    records: int
    """Records understood, whether or not the log held them before."""
    quarantined: int
    """1 for a whole document, else the number of its parts that were not understood."""
    not_measured: int
    """Records whose numbers are not known to be measurements."""
    document: bytes | None = None
    """The document, when it is of a known format and holds no results: configurations, derived summaries."""
