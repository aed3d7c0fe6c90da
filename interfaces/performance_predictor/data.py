"""Benchmark results as the framework's predictor reads them: one row a result, in its units."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmart.config import Home, find_home
from benchmart.connection import open_warehouse
from benchmart.db_api.api import home_beside
from benchmart.errors import UsageError
from benchmart.queries.rows import fetch

if TYPE_CHECKING:
    import pandas as pd

_RESULTS = """
    select
        'success' as status, model_id as model_name, family as category, hardware_id as hardware, batch_size,
        precision, mode, items_per_second as throughput, 1e3 * latency_mean_seconds as latency_mean,
        coalesce(memory_device_peak_bytes, memory_peak_bytes) / 1048576 as memory_usage,
        coalesce(device_count, 1) as total_gpus, sequence_length, image_size, event_id::varchar as event_id
    from performance
    where status = 'ok' and basis = 'measured'
    order by event_id
"""
_TARGETS = ("throughput", "latency_mean", "memory_usage")


def load_benchmark_data(db_path: str | None = None) -> "pd.DataFrame":
    """What was measured and ended well: throughput in items/s, latency_mean in ms, memory_usage in MiB.

    `db_path` is a home, or the path of a database beside which one is (as `BenchmarkDBAPI` has it); None means where
    `benchmart` looks. What no source tells is missing and never 0.

    Raises WarehouseMissing when nothing is built there, UsageError without pandas.
    """
    frames = _pandas()
    home = find_home() if db_path is None else home_beside(Path(db_path))
    with open_warehouse(home) as connection:
        found = fetch(connection, _RESULTS)
    frame: pd.DataFrame = frames.DataFrame(list(found.rows), columns=list(found.columns))
    frame.attrs["home"] = str(home.root)
    return frame


def preprocess_data(df: "pd.DataFrame") -> tuple["pd.DataFrame", dict[str, Any]]:
    """The rows that have a model, a device, a batch size, a precision, a mode and a rate, and what is known of them.

    Raises UsageError for a table that `load_benchmark_data` did not make.
    """
    home = df.attrs.get("home")
    if home is None:
        raise UsageError(
            "the table does not say which results it has", hint="Take one from load_benchmark_data()"
        )
    needed = ["model_name", "hardware", "batch_size", "precision", "mode", "throughput"]
    kept = df.dropna(subset=needed)
    kept = kept[kept["throughput"] > 0]
    kept.attrs["home"] = home
    info = {
        "home": home,
        "feature_columns": needed[:-1],
        "target_columns": list(_TARGETS),
        "result_count": len(df),
        "kept_count": len(kept),
    }
    return kept, info


def home_of(preprocessing_info: Mapping[str, Any]) -> Home:
    """The home that the results came from. Raises UsageError where it is not said."""
    if "home" not in preprocessing_info:
        raise UsageError("it is not said where the results came from", hint="Take it from preprocess_data()")
    return Home(Path(preprocessing_info["home"]))


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(
            "pandas is not installed, and the results are its DataFrame",
            hint="pip install 'benchmart[pandas]'",
        ) from None
    return pd
