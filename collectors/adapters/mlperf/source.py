"""The log that a row of a table was made of, where it lies beside the table: one run told twice is counted once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import PurePath

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Findings, NotResults
from collectors.adapters.document import Document
from collectors.adapters.numbers import finite

DERIVED_FROM = "derived_from"
"""Attribute of a record whose numbers were measured by the run of another record: that one's log."""

_FOLDERS = ("", "raw_logs/", "../")
"""Of logs, seen from a table that names them by their official path."""
_IN_SECONDS = {"minute": 60.0, "millisecond": 1e-3, "microsecond": 1e-6, "nanosecond": 1e-9}
_ROUNDING, _RATE_DECIMALS = 1e-4, 0.005
"""Tables round, and logs print rates with two decimals: they say the same number of a run."""
_ALSO_STATED = {
    "scheduled_samples_per_second": "item/second",
    "early_stopping_p90_latency_ns": "nanosecond",
    "early_stopping_p99_latency_ns": "nanosecond",
}
"""Attributes of a log's record that official results are taken from."""


def derived_from(
    document: Document, path: str | None, metrics: Sequence[Metric], read: Callable[[Document], Findings]
) -> dict[str, str]:
    """The attribute that names the log at `path` below the document, when it states all of `metrics` too."""
    if not path or ".." in PurePath(path).parts:
        return {}
    for folder in _FOLDERS:
        log = document.companion(f"{folder}{path}")
        if log is not None and metrics and _states(list(_numbers(log, read)), metrics):
            return {DERIVED_FROM: path}
    return {}


def _numbers(log: Document, read: Callable[[Document], Findings]) -> Iterator[tuple[str, float]]:
    """Each number of a log's record, and what it counts: seconds, or its unit."""
    try:
        records = [finding for finding in read(log) if isinstance(finding, ResultRecorded)]
    except (DocumentRejected, NotResults):
        return
    for record in records:
        yield from (_comparable(metric.unit, metric.value) for metric in record.metrics)
        for name, unit in _ALSO_STATED.items():
            with suppress(KeyError, ValueError):
                yield _comparable(unit, finite(record.attributes[name]))


def _comparable(unit: str, value: float) -> tuple[str, float]:
    return ("second", value * _IN_SECONDS[unit]) if unit in _IN_SECONDS else (unit, value)


def _states(numbers: Sequence[tuple[str, float]], metrics: Sequence[Metric]) -> bool:
    for metric in metrics:
        unit, value = _comparable(metric.unit, metric.value)
        tolerance = max(_ROUNDING * abs(value), 0 if unit == "second" else _RATE_DECIMALS)
        if not any(one == unit and abs(number - value) <= tolerance for one, number in numbers):
            return False
    return True
