"""The compatibility matrix as a grid: lines of families or of models, a column a device."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from benchmart.queries.evidence import literal
from benchmart.queries.rows import fetch
from interfaces.cli.matrix_tables import SIGNS
from tui.contents.listing import PAGE, Asked, Listed, Listing
from tui.contents.matrix_sql import CELLS_SQL, DEVICES_SQL

NO_FAMILY = "no family"
NOTHING = "\N{MIDDLE DOT}"
"""In a cell that no event speaks of."""
DEVICE = "coalesce({table}hardware_id, '(' || coalesce({table}device_kind, 'unknown device') || ')')"
"""A device that was absent, or is not named, is told by its kind."""
_MOST_RESULTS = "most results"


@dataclass(frozen=True, slots=True)
class GridListing(Listing):
    """Lines of families, or of models of one; searched by the terms of any listing, which choose cells."""

    line: str = "family"
    """What a line is; as a word, a column of the listing."""

    def listed(self, connection: duckdb.DuckDBPyConnection, asked: Asked) -> Listed:
        """The grid; counts of one column's values are as in any listing."""
        if asked.group:
            return Listed(connection, replace(self, name="cells"), asked)
        return GridListed(connection, self, asked)


def families() -> GridListing:
    """A line a family, a cell the number of its models that work."""
    return _grid("family", "compatibility_matrix")


def models_of(family: str) -> GridListing:
    """A line a model of the family, a cell what all its results on a device say."""
    told = "is null" if family == NO_FAMILY else f"= {literal(family)}"
    return _grid("model", f"(select * from compatibility_matrix where family {told})")  # noqa: S608 -- quoted


def _grid(line: str, relation: str) -> GridListing:
    return GridListing(
        name={"family": "families", "model": "models"}[line],
        title="What works where",
        relation=relation,
        columns={
            "family": f"coalesce(family, {literal(NO_FAMILY)})",
            "model": "model_id",
            "device": DEVICE.format(table=""),
            "mode": "mode",
            "precision": "precision",
            "runtime": "runtime",
            "status": "status",
            "basis": "basis",
            "error": "error_class",
        },
        searched=[
            f"contains(lower({column}), {{word}})"
            for column in ("model_id", "model_name", "family", "hardware_id", "hardware_name", "device_kind")
        ],
        sort=_MOST_RESULTS,
        key="compatibility_id",
        measures={
            "results": "cast(sum(evidence_count) as bigint)",
            "distinct models": "count(distinct model_id)",
        },
        empty="no cell fits",
        line=line,
    )


class GridListed(Listed):
    """Lines that fit, with a column a device; by number of results, by name, or by results on one device."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, listing: GridListing, asked: Asked) -> None:
        """Ask which devices there are. An order by a device that no longer fits is the usual one."""
        super().__init__(connection, listing, Asked(asked.search))
        self.asked = asked
        self._line, self._line_name = listing.columns[listing.line], listing.line
        self._devices = self._read_devices()
        self.sort = asked.sort if asked.sort in self.columns else listing.sort
        self.descending = self.sort != self._line_name if asked.descending is None else asked.descending

    @property
    def columns(self) -> tuple[str, ...]:
        """The line's name, then devices, those with most lines first."""
        return (self._line_name, *self._devices)

    def count(self) -> int:
        """Lines that fit."""
        sql = f"select count(distinct {self._line}) from {self._listing.relation} {self._where}"  # noqa: S608 -- words are bound
        return int(self._connection.execute(sql, self._parameters).fetchall()[0][0])

    def page(self, first: int, count: int = PAGE) -> Sequence[tuple[Any, ...]]:
        """Lines from a place on, each with a cell for every device."""
        by = {
            self._line_name: "line",
            _MOST_RESULTS: "sum(evidence_count)",
        }.get(self.sort, "sum(evidence_count) filter (where device = $by)")
        bound = {"by": self.sort} if self.sort in self._devices and self.sort != self._line_name else {}
        sql = CELLS_SQL.format(
            line=self._line,
            device=self._listing.columns["device"],
            relation=self._listing.relation,
            where=self._where,
            order=f"{by} {'desc' if self.descending else 'asc'} nulls last, line",
        )
        found = fetch(self._connection, sql, self._parameters | bound | {"count": count, "first": first})
        lines: dict[str, dict[str, str]] = {}
        for cell in found.as_dicts():
            words = _of_models(cell) if self._line_name == "family" else _of_results(cell)
            lines.setdefault(cell["line"], {})[cell["device"]] = words
        return [
            (line, *(cells.get(each, NOTHING) for each in self._devices)) for line, cells in lines.items()
        ]

    def _read_devices(self) -> tuple[str, ...]:
        """Those of the lines on top first, so that what is seen first is not empty."""
        sql = DEVICES_SQL.format(
            line=self._line,
            device=self._listing.columns["device"],
            relation=self._listing.relation,
            where=self._where,
        )
        return tuple(each for each, *_ in self._connection.execute(sql, self._parameters).fetchall())


def _of_results(cell: Mapping[str, Any]) -> str:
    """A status in a word, and the results that say so."""
    match cell["status"]:
        case "verified":
            return f"{SIGNS['verified']} {cell['success_count']}"
        case "partial" | "failed":
            return f"{SIGNS[cell['status']]} {cell['success_count']}/{cell['evidence_count']}"
    return _without_evidence(cell)


def _of_models(cell: Mapping[str, Any]) -> str:
    """A status in a word, and how many models are verified of how many."""
    if cell["status"] in ("verified", "partial", "failed"):
        return f"{SIGNS[cell['status']]} {cell['verified_count']}/{cell['model_count']}"
    return f"{_without_evidence(cell)} 0/{cell['model_count']}"


def _without_evidence(cell: Mapping[str, Any]) -> str:
    """What was only simulated, estimated, predicted or is suspect is called so; want of evidence is no failure."""
    return SIGNS["simulated_only"] if cell["basis"] == "simulated" else str(cell["basis"])
