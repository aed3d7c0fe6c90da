"""Results of models."""

from tui.contents.listing import Listing


def _has(column: str) -> str:
    return f"contains(lower({column}), {{word}})"


RESULTS = Listing(
    name="results",
    title="Results",
    relation="performance",
    columns={
        "model": "model_name",
        "hardware": "coalesce(hardware_name, device_kind)",
        "precision": "precision",
        "batch": "batch_size",
        "items/s": "items_per_second",
        "latency_ms": "latency_mean_seconds * 1e3",
        "status": "status",
        "basis": "basis",
        "mode": "mode",
        "memory_mb": "memory_peak_bytes / 1e6",
        "runtime": "concat_ws(' ', runtime, runtime_version)",
        "measured": "occurred_at",
        "device": "hardware_id",
        "event_id": "event_id",
    },
    searched=[
        # Names once each, not once a result.
        """model_id in (
            select model_id from dim_models where contains(lower(model_name), {word}) or contains(lower(family), {word})
        )""",
        "hardware_id in (select hardware_id from dim_hardware where contains(lower(hardware_name), {word}))",
        *map(
            _has, ("precision", "mode", "runtime", "runtime_version", "device_kind", "status", "error_class")
        ),
    ],
    sort="measured",
    key="event_id",
    measures={
        "median items/s": "median(items_per_second)",
        "best items/s": "max(items_per_second)",
        "median latency_ms": "median(latency_mean_seconds) * 1e3",
        "failed": "count(*) filter (where status = 'failed')",
        "newest": "max(occurred_at)",
    },
)
