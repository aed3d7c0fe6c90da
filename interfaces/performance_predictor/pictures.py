"""Pictures of a matrix: one of each model and precision, its devices and batch sizes with their intervals."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from interfaces.cli.tables import number
from interfaces.reports.charts.intervals import Interval, interval_chart
from interfaces.reports.charts.svg import Caption
from interfaces.reports.render import WIDE, style

AXES = {"throughput": "items a second", "latency_mean": "milliseconds a step", "memory_usage": "MiB"}
_BACKGROUND = "svg { background: var(--page); font-family: sans-serif; }"


def visualize_predictions(
    matrix: Mapping[str, Any], metric: str = "throughput", output_dir: str | None = None
) -> list[str]:
    """Write SVG files into `output_dir` (default: the current folder), and return their paths.

    A dot is what is predicted, the line through it its interval. Cells without a number are left out, models
    without any have no picture. Raises UsageError for an unknown metric.
    """
    if metric not in AXES:
        raise UsageError(f"no metric {metric!r}", hint=f"There are: {', '.join(AXES)}")
    folder = Path(output_dir or ".")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for model, precision in product(matrix["models"], matrix["precision_options"]):
        rows = list(_rows(matrix["models"][model], precision, metric))
        if rows:
            path = folder / f"{metric}-{_file_name(model)}-{_file_name(precision)}.svg"
            path.write_text(_picture(rows, f"{model}, {precision}, {matrix['mode']}", metric))
            written.append(str(path))
    return written


def _rows(model: Mapping[str, Any], precision: str, metric: str) -> Iterator[Interval]:
    for device, of_sizes in model["predictions"].items():
        for size, cells in of_sizes.items():
            value = cells.get(precision, {}).get(metric)
            if value is not None:
                bounds = _bounds(model, device, size, precision).get(metric, {})
                low, high = bounds.get("lower_bound"), bounds.get("upper_bound")
                label = f"{device}, batch {size}"
                yield Interval(label, value, low, high, low or value, high or value, number(value))


def _bounds(model: Mapping[str, Any], device: str, size: str, precision: str) -> Mapping[str, Any]:
    """Nothing where the matrix has no intervals, as those of the framework itself."""
    found: Mapping[str, Any] = model.get("uncertainties", {})
    for key in (device, size, precision):
        found = found.get(key, {})
    return found


def _picture(rows: list[Interval], title: str, metric: str) -> str:
    told = "; ".join(f"{row.label}: {number(row.value)}" for row in rows)
    caption = Caption(f"Predicted {metric}: {title}", f"{AXES[metric]}. {told}")
    drawing = interval_chart(
        "prediction",
        caption,
        rows,
        axis=f"{title}: predicted {AXES[metric]}",
        width=WIDE,
        shown=number,
        reference=None,
    )
    head, _, rest = drawing.partition(">")
    return f"{head}><style>{style()}{_BACKGROUND}</style>{rest}\n"


def _file_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip(".") or "_"
