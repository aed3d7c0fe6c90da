"""The structures inside of events: what lists in their columns hold."""

import pyarrow as pa

_TEXT = pa.string()

METRIC = pa.struct(
    [
        pa.field("name", _TEXT, nullable=False),
        pa.field("unit", _TEXT, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("samples", pa.list_(pa.float64())),
        pa.field("warmup_samples", pa.list_(pa.float64())),
    ]
)

OPERATOR = pa.struct(
    [
        pa.field("category", _TEXT, nullable=False),
        pa.field("operator", _TEXT, nullable=False),
        pa.field("shape", pa.list_(pa.int64()), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("flops", pa.float64(), nullable=False),
        pa.field("read_elements", pa.float64(), nullable=False),
        pa.field("written_elements", pa.float64(), nullable=False),
        pa.field("weight_elements", pa.float64(), nullable=False),
    ]
)

SPLIT_SCORE = pa.struct(
    [
        pa.field("split", _TEXT, nullable=False),
        pa.field("result_count", pa.int64(), nullable=False),
        pa.field("median_error", pa.float64(), nullable=False),
        pa.field("mean_error", pa.float64(), nullable=False),
        pa.field("coverage", pa.float64()),
    ]
)

CANDIDATE = pa.struct(
    [
        pa.field("hardware_id", _TEXT, nullable=False),
        pa.field("rank", pa.int32()),
        pa.field("score", pa.float64()),
        pa.field("basis", _TEXT),
        pa.field("value", pa.float64()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("evidence_count", pa.int64()),
        pa.field("reason", _TEXT),
    ]
)
