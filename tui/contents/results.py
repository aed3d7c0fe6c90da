"""Results of models: searched, filtered, sorted; counted whole and read a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.rows import fetch
from tui.contents.content import Content, Section

COLUMNS = {
    "model": "model_name",
    "hardware": "coalesce(hardware_name, device_kind)",
    "mode": "mode",
    "precision": "precision",
    "batch": "batch_size",
    "status": "status",
    "basis": "basis",
    "items/s": "items_per_second",
    "latency_ms": "latency_mean_seconds * 1e3",
    "memory_mb": "memory_peak_bytes / 1e6",
    "runtime": "concat_ws(' ', runtime, runtime_version)",
    "measured": "occurred_at",
    "event_id": "event_id",
}
"""Name to what it is in `performance`."""
_SEARCHED = ("model_name", "hardware_name", "family", "precision", "mode", "runtime", "status", "error_class")
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Which results, in what order."""

    search: str = ""
    """Words that all have to be in model, device, family, precision, mode, runtime, status or error."""
    sort: str = "measured"
    descending: bool = True


class Results:
    """Results that fit, a page at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
        """Raises UsageError for a column that there is none of."""
        if asked.sort not in COLUMNS:
            raise UsageError(f"no column {asked.sort!r}", hint=f"There are {', '.join(COLUMNS)}")
        self._connection = connection
        self._where, self._parameters = _where(asked.search)
        direction = "desc" if asked.descending else "asc"
        self._order = f"{COLUMNS[asked.sort]} {direction} nulls last, event_id"

    def count(self) -> int:
        """All that fit."""
        sql = f"select count(*) from performance {self._where}"  # noqa: S608 -- ours, words are bound
        (count,) = self._connection.execute(sql, self._parameters).fetchall()[0]
        return int(count)

    def page(self, first: int, count: int = _PAGE) -> Sequence[tuple[Any, ...]]:
        """Rows from a place on, counted from 0."""
        columns = ", ".join(f'{what} as "{name}"' for name, what in COLUMNS.items())
        sql = f"select {columns} from performance {self._where} order by {self._order} limit $count offset $first"  # noqa: S608
        return fetch(self._connection, sql, self._parameters | {"count": count, "first": first}).rows


def results(connection: duckdb.DuckDBPyConnection, asked: Asked, most: int = _PAGE) -> Content:
    """The first results that fit."""
    found = Results(connection, asked)
    rows = found.page(0, most)
    return Content("results", [Section("results", "Results", tuple(COLUMNS), rows, found.count())])


def _where(search: str) -> tuple[str, dict[str, Any]]:
    words = search.split()
    terms = [
        f"contains(lower(concat_ws(' ', {', '.join(_SEARCHED)})), $word_{number})"
        for number in range(len(words))
    ]
    parameters = {f"word_{number}": word.lower() for number, word in enumerate(words)}
    return (f"where {' and '.join(terms)}" if terms else ""), parameters
