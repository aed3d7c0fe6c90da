"""Results side by side: what differs, how each did, and whether the two can be held against each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any
from uuid import UUID

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.rows import fetch
from tui.contents.compared_metrics import METRIC_COLUMNS, metrics_of
from tui.contents.comparisons import COMPARISONS
from tui.contents.content import Content, Section
from tui.contents.listing import PAGE, Asked

MOST = 12
"""Results that fit beside each other."""
_SEPARATORS = ("mode", "phase", "precision", "batch_size", "sequence_length", "image_size", "compiler")
_CONDITION = (
    "model", "hardware", *_SEPARATORS, "memory_format", "runtime", "device_kind", "device_count", "parameter_count",
    "compute_platform",
)  # fmt: skip
"""What results of one comparability have in common, beside the further terms of their condition."""
_STACK = ("runtime_version", "compute_platform_version", "driver_version")
_ORIGIN = (
    "status",
    "basis",
    "error_class",
    "collector",
    "source_uri",
    "source_locator",
    "run_id",
    "occurred_at",
    "event_id",
)
_RESULTS = """
    select
        results.*, coalesce(dim_models.model_name, results.subject) as model,
        coalesce(dim_hardware.hardware_name, results.device) as hardware
    from fct_results as results
    left join dim_models on results.model_id = dim_models.model_id
    left join dim_hardware on results.hardware_id = dim_hardware.hardware_id
    where results.event_id in (select unnest($ids))
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """A result, with the letter of its column."""

    letter: str
    row: Mapping[str, Any]

    def condition(self) -> dict[str, Any]:
        """What makes results comparable, by name."""
        further = self.row["condition"] or {}
        return {name: self.row[name] for name in _CONDITION} | dict(sorted(further.items()))

    def attributes(self) -> dict[str, Any]:
        """All that can differ, by name."""
        return self.condition() | {name: self.row[name] for name in (*_STACK, *_ORIGIN)}


def compare(connection: duckdb.DuckDBPyConnection, path: str, asked: Asked, most: int = PAGE) -> Content:
    """These results, by their ids with commas between them; without any, what is ready to be compared."""
    if not path:
        return Content("compare", [COMPARISONS.section(connection, asked, most)])
    results = _results(connection, _ids(path))
    letters = tuple(each.letter for each in results)
    return Content(
        "compare",
        [
            Section(
                "comparable",
                "Against the first",
                ("row", "comparable", "because"),
                [(each.letter, *comparable(results[0], each)) for each in results[1:]],
                empty="one result alone: mark others to compare it with",
            ),
            Section(
                "metrics",
                "Metrics",
                METRIC_COLUMNS,
                list(metrics_of(connection, [(each.letter, each.row) for each in results])),
                empty="none of them has a metric",
            ),
            Section("attributes", "Attributes", ("attribute", "equal", *letters), list(_attributes(results))),
        ],
    )


def comparable(first: Compared, other: Compared) -> tuple[str, str]:
    """Whether two results are of the same condition, in a word, and what differs."""
    ours, theirs = first.condition(), other.condition()
    apart = [
        f"{name} {_told(ours.get(name))} / {_told(theirs.get(name))}" for name in _differing(ours, theirs)
    ]
    stack = [
        f"{name} {_told(first.row[name])} / {_told(other.row[name])}"
        for name in _STACK
        if first.row[name] != other.row[name]
    ]
    software = f"; software: {', '.join(stack)}" if stack else ""
    if first.row["comparability_id"] == other.row["comparability_id"]:
        return "yes", f"same condition{software}"
    if len(apart) == 1:
        return "but for one", f"{apart[0]}{software}"
    if not apart:
        return "no", f"another condition, told apart by what names have in common{software}"
    return "no", f"{len(apart)} things differ: {', '.join(apart)}{software}"


def _differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*ours, *theirs]):
        if ours.get(name) != theirs.get(name):
            yield name


def _told(value: Any) -> str:
    return "not told" if value is None else str(value)


def _attributes(results: Sequence[Compared]) -> Iterator[tuple[Any, ...]]:
    """A line each, those that differ first; what no result tells is left out."""
    told = [each.attributes() for each in results]
    names = list(dict.fromkeys(name for each in told for name in each))
    lines = [(name, [each.get(name) for each in told]) for name in names]
    known = [(name, values) for name, values in lines if any(value is not None for value in values)]
    for is_equal in (False, True):
        for name, values in known:
            if all(value == values[0] for value in values) == is_equal:
                yield name, "equal" if is_equal else "differs", *values


def _ids(path: str) -> list[UUID]:
    try:
        ids = [UUID(each) for each in path.split(",") if each]
    except ValueError:
        raise UsageError(
            f"{path!r} are no ids of results", hint="`benchmart show results` has them as event_id"
        ) from None
    if len(ids) > MOST:
        raise UsageError(f"{len(ids)} results", hint=f"{MOST} can be compared at once")
    return list(dict.fromkeys(ids))


def _results(connection: duckdb.DuckDBPyConnection, ids: Sequence[UUID]) -> list[Compared]:
    """In the order asked for. Raises UsageError where one is not there."""
    rows = {row["event_id"]: row for row in fetch(connection, _RESULTS, {"ids": list(ids)}).as_dicts()}
    missing = [str(each) for each in ids if each not in rows]
    if missing or not ids:
        raise UsageError(f"no result {', '.join(missing)}", hint="It may have been retracted since")
    return [Compared(letter, rows[each]) for letter, each in zip(ascii_uppercase, ids, strict=False)]
