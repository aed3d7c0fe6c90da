"""The Arrow schema of every kind of event: the contract on disk.

Adding a nullable column to a kind raises its version; ids of old content do not change, because a null contributes
nothing to an event id (see `identity`).
"""

import pyarrow as pa

from benchmart.event_log.change_schemas import BASELINE_MARKED, CHANGE_ACKNOWLEDGED, CHANGE_NOTIFIED
from benchmart.event_log.kind import Kind
from benchmart.event_log.structs import CANDIDATE, METRIC, OPERATOR, SPLIT_SCORE

_TEXT = pa.string()
_TIME = pa.timestamp("us", tz="UTC")
_TEXT_MAP = pa.map_(_TEXT, _TEXT)

RESULT_RECORDED = Kind(
    "result_recorded",
    1,
    pa.schema(
        [
            pa.field("subject_kind", _TEXT, nullable=False),
            pa.field("subject", _TEXT, nullable=False),
            pa.field("family", _TEXT),
            pa.field("status", _TEXT, nullable=False),
            pa.field("basis", _TEXT, nullable=False),
            pa.field("basis_reason", _TEXT),
            pa.field("error_class", _TEXT),
            pa.field("error_message", _TEXT),
            pa.field("mode", _TEXT),
            pa.field("phase", _TEXT),
            pa.field("device", _TEXT),
            pa.field("device_kind", _TEXT),
            pa.field("device_count", pa.int32()),
            pa.field("runtime", _TEXT),
            pa.field("runtime_version", _TEXT),
            pa.field("compute_platform", _TEXT),
            pa.field("compute_platform_version", _TEXT),
            pa.field("driver_version", _TEXT),
            pa.field("compiler", _TEXT),
            pa.field("precision", _TEXT),
            pa.field("memory_format", _TEXT),
            pa.field("batch_size", pa.int64()),
            pa.field("sequence_length", pa.int64()),
            pa.field("image_size", pa.int64()),
            pa.field("parameter_count", pa.int64()),
            pa.field("condition", _TEXT_MAP),
            pa.field("attributes", _TEXT_MAP),
            pa.field("metrics", pa.list_(METRIC)),
        ]
    ),
)

HARDWARE_OBSERVED = Kind(
    "hardware_observed",
    1,
    pa.schema(
        [
            pa.field("machine_id", _TEXT),
            pa.field("device_kind", _TEXT, nullable=False),
            pa.field("device_index", pa.int32(), nullable=False),
            pa.field("device", _TEXT, nullable=False),
            pa.field("vendor", _TEXT),
            pa.field("physical_cores", pa.int32()),
            pa.field("logical_cores", pa.int32()),
            pa.field("max_frequency_hertz", pa.float64()),
            pa.field("l1d_cache_bytes", pa.int64()),
            pa.field("l2_cache_bytes", pa.int64()),
            pa.field("l3_cache_bytes", pa.int64()),
            pa.field("memory_bytes", pa.int64()),
            pa.field("vector_extensions", pa.list_(_TEXT)),
            pa.field("compute_capability", _TEXT),
            pa.field("driver_version", _TEXT),
            pa.field("power_limit_watts", pa.float64()),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

ENVIRONMENT_OBSERVED = Kind(
    "environment_observed",
    1,
    pa.schema(
        [
            pa.field("machine_id", _TEXT),
            pa.field("python_version", _TEXT),
            pa.field("python_implementation", _TEXT),
            pa.field("os_name", _TEXT),
            pa.field("os_version", _TEXT),
            pa.field("kernel_version", _TEXT),
            pa.field("container", _TEXT),
            pa.field("git_commit", _TEXT),
            pa.field("git_branch", _TEXT),
            pa.field("git_is_dirty", pa.bool_()),
            pa.field("packages", _TEXT_MAP),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

MODEL_PROFILED = Kind(
    "model_profiled",
    2,
    pa.schema(
        [
            pa.field("subject", _TEXT, nullable=False),
            pa.field("family", _TEXT),
            pa.field("architecture", _TEXT),
            pa.field("configuration_digest", _TEXT),
            pa.field("mode", _TEXT),
            pa.field("phase", _TEXT),
            pa.field("sequence_length", pa.int64()),
            pa.field("image_size", pa.int64()),
            pa.field("parameter_count", pa.int64()),
            pa.field("flops_per_item", pa.float64()),
            pa.field("attributes", _TEXT_MAP),
            # since version 2
            pa.field("saved_elements_per_item", pa.float64()),
            pa.field("saved_other_bytes_per_item", pa.float64()),
            pa.field("peak_live_elements_per_item", pa.float64()),
            pa.field("operators", pa.list_(OPERATOR)),
        ]
    ),
)

RESULT_RETRACTED = Kind(
    "result_retracted",
    1,
    pa.schema(
        [
            pa.field("target_event_id", _TEXT, nullable=False),
            pa.field("action", _TEXT, nullable=False),
            pa.field("reason", _TEXT, nullable=False),
            pa.field("author", _TEXT),
        ]
    ),
)

VIOLATION_ACKNOWLEDGED = Kind(
    "violation_acknowledged",
    1,
    pa.schema(
        [
            pa.field("target_event_id", _TEXT, nullable=False),
            pa.field("rule", _TEXT),
            pa.field("action", _TEXT, nullable=False),
            pa.field("reason", _TEXT, nullable=False),
            pa.field("author", _TEXT),
        ]
    ),
)

PREDICTOR_TRAINED = Kind(
    "predictor_trained",
    1,
    pa.schema(
        [
            pa.field("predictor", _TEXT, nullable=False),
            pa.field("predictor_version", _TEXT, nullable=False),
            pa.field("data_digest", _TEXT, nullable=False),
            pa.field("weights_digest", _TEXT, nullable=False),
            pa.field("result_count", pa.int64(), nullable=False),
            pa.field("scores", pa.list_(SPLIT_SCORE)),
            pa.field("is_champion", pa.bool_(), nullable=False),
            pa.field("reason", _TEXT, nullable=False),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

PREDICTION_ISSUED = Kind(
    "prediction_issued",
    1,
    pa.schema(
        [
            pa.field("predictor", _TEXT, nullable=False),
            pa.field("predictor_version", _TEXT, nullable=False),
            pa.field("model_id", _TEXT, nullable=False),
            pa.field("hardware_id", _TEXT, nullable=False),
            pa.field("mode", _TEXT, nullable=False),
            pa.field("precision", _TEXT, nullable=False),
            pa.field("batch_size", pa.int64(), nullable=False),
            pa.field("image_size", pa.int64()),
            pa.field("sequence_length", pa.int64()),
            pa.field("device_count", pa.int32()),
            pa.field("runtime", _TEXT),
            pa.field("runtime_version", _TEXT),
            pa.field("compiler", _TEXT),
            pa.field("memory_format", _TEXT),
            pa.field("metric", _TEXT, nullable=False),
            pa.field("unit", _TEXT, nullable=False),
            pa.field("value", pa.float64(), nullable=False),
            pa.field("low", pa.float64(), nullable=False),
            pa.field("high", pa.float64(), nullable=False),
            pa.field("level", pa.float64(), nullable=False),
            pa.field("case_name", _TEXT, nullable=False),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

SELECTION_MADE = Kind(
    "selection_made",
    1,
    pa.schema(
        [
            pa.field("model_id", _TEXT, nullable=False),
            pa.field("family", _TEXT),
            pa.field("mode", _TEXT, nullable=False),
            pa.field("precision", _TEXT, nullable=False),
            pa.field("batch_size", pa.int64(), nullable=False),
            pa.field("image_size", pa.int64()),
            pa.field("sequence_length", pa.int64()),
            pa.field("runtime", _TEXT),
            pa.field("runtime_version", _TEXT),
            pa.field("compiler", _TEXT),
            pa.field("memory_format", _TEXT),
            pa.field("hardware_id", _TEXT),
            pa.field("basis", _TEXT),
            pa.field("equally_good", pa.list_(_TEXT)),
            pa.field("candidates", pa.list_(CANDIDATE)),
            pa.field("weights", _TEXT_MAP),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

OUTLIER_JUDGED = Kind(
    "outlier_judged",
    1,
    pa.schema(
        [
            pa.field("target_event_id", _TEXT, nullable=False),
            pa.field("judged_collector", _TEXT, nullable=False),
            pa.field("metric", _TEXT, nullable=False),
            pa.field("verdict", _TEXT, nullable=False),
            pa.field("value", pa.float64()),
            pa.field("expected_value", pa.float64()),
            pa.field("deviations", pa.float64()),
            pa.field("witness_count", pa.int64()),
            pa.field("witnesses", pa.list_(_TEXT)),
            pa.field("relatives", pa.list_(_TEXT)),
            pa.field("judge_version", _TEXT, nullable=False),
            pa.field("data_digest", _TEXT, nullable=False),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

RESULTS_JUDGED = Kind(
    "results_judged",
    1,
    pa.schema(
        [
            pa.field("judged_collector", _TEXT, nullable=False),
            pa.field("metric", _TEXT, nullable=False),
            pa.field("judge_version", _TEXT, nullable=False),
            pa.field("data_digest", _TEXT, nullable=False),
            pa.field("result_count", pa.int64(), nullable=False),
            pa.field("judged_count", pa.int64(), nullable=False),
            pa.field("odd_count", pa.int64(), nullable=False),
            pa.field("attributes", _TEXT_MAP),
        ]
    ),
)

DOCUMENT_QUARANTINED = Kind(
    "document_quarantined",
    1,
    pa.schema(
        [
            pa.field("format", _TEXT),
            pa.field("reason", _TEXT, nullable=False),
            pa.field("document", pa.large_binary(), nullable=False),
            pa.field("document_bytes", pa.int64(), nullable=False),
        ]
    ),
)

DOCUMENT_IMPORTED = Kind(
    "document_imported",
    1,
    pa.schema(
        [
            pa.field("path", _TEXT, nullable=False),
            pa.field("outcome", _TEXT, nullable=False),
            pa.field("format", _TEXT),
            pa.field("reason", _TEXT),
            pa.field("records", pa.int64(), nullable=False),
            pa.field("quarantined", pa.int64(), nullable=False),
            pa.field("not_measured", pa.int64(), nullable=False),
            pa.field("document", pa.large_binary()),
        ]
    ),
)

KINDS = {
    kind.name: kind
    for kind in (
        RESULT_RECORDED,
        HARDWARE_OBSERVED,
        ENVIRONMENT_OBSERVED,
        MODEL_PROFILED,
        RESULT_RETRACTED,
        VIOLATION_ACKNOWLEDGED,
        CHANGE_ACKNOWLEDGED,
        BASELINE_MARKED,
        CHANGE_NOTIFIED,
        PREDICTOR_TRAINED,
        PREDICTION_ISSUED,
        SELECTION_MADE,
        OUTLIER_JUDGED,
        RESULTS_JUDGED,
        DOCUMENT_QUARANTINED,
        DOCUMENT_IMPORTED,
    )
}
