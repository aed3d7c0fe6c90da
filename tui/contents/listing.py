"""Rows of one kind: searched, sorted, grouped; counted whole and read a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.rows import fetch
from tui.contents.content import Content, Section
from tui.contents.search import conditions

PAGE = 100
Finish = Callable[
    [duckdb.DuckDBPyConnection, Sequence[str], Sequence[tuple[Any, ...]]], Sequence[tuple[Any, ...]]
]
"""From the rows of a page to the same rows with what is read for those alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows, in what order."""

    search: str = ""
    """Terms that all have to hold: see `tui.contents.search`."""
    sort: str = ""
    """A column; empty for the listing's own order."""
    descending: bool | None = None
    """None for the listing's own direction."""
    group: str = ""
    """A column whose values are counted, instead of rows one by one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be listed: a relation, and what its columns are called."""

    name: str
    title: str
    relation: str
    """What stands after `from`: a mart, or a statement in brackets."""
    columns: Mapping[str, str]
    """Name to what it is in the relation."""
    searched: Sequence[str]
    """Where a word is looked for: conditions with `{word}`. One column a condition, as DuckDB then looks at each
    distinct value once."""
    sort: str
    """Column of its own order, or what that order is called."""
    key: str
    """What tells rows apart, so that pages follow each other without gap or repetition."""
    order: str = ""
    """Of an order of its own that no column tells: what is ordered by."""
    descending: bool = True
    measures: Mapping[str, str] = field(default_factory=dict)
    """Columns of groups beside the count: name to an aggregate."""
    empty: str = "nothing fits"
    finished: Finish | None = None

    def listed(self, connection: duckdb.DuckDBPyConnection, asked: Asked) -> "Listed":
        """The rows that fit. Raises UsageError for a column that there is none of."""
        return Listed(connection, self, asked)

    def values(self, connection: duckdb.DuckDBPyConnection, column: str) -> list[Any]:
        """All values of a column, those of most rows first."""
        sql = f"select {self.columns[column]} from {self.relation} group by 1 order by count(*) desc, 1"  # noqa: S608 -- ours
        return [value for (value,) in connection.execute(sql).fetchall()]

    def section(self, connection: duckdb.DuckDBPyConnection, asked: Asked, most: int = PAGE) -> Section:
        """The first rows that fit."""
        listed = self.listed(connection, asked)
        return Section(
            self.name, self.title, listed.columns, listed.page(0, most), listed.count(), self.empty
        )

    def content(self, connection: duckdb.DuckDBPyConnection, asked: Asked, most: int = PAGE) -> Content:
        """A screen of nothing but this."""
        return Content(self.name, [self.section(connection, asked, most)])

    def grouped(self, column: str, where: str) -> "Listing":
        """Values of a column, with the number of rows that have each."""
        value, count = f'"{column}"', f'"{self.name}"'
        aggregates = "".join(f', {what} as "{name}"' for name, what in self.measures.items())
        counted = (
            f"select {self.columns[column]} as {value}, count(*) as {count}{aggregates}"  # noqa: S608 -- words are bound
            f" from {self.relation} {where} group by 1"
        )
        names = [column, self.name, *self.measures]
        return Listing(
            name=self.name,
            title=self.title,
            relation=f"({counted})",
            columns={name: f'"{name}"' for name in names},
            searched=(),
            sort=self.name,
            key=value,
            empty=self.empty,
        )


class Listed:
    """Rows of a listing that fit, a page at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, listing: Listing, asked: Asked) -> None:
        """Raises UsageError for a column that there is none of."""
        for column in filter(None, (asked.sort if not asked.group else "", asked.group)):
            if column not in listing.columns:
                raise UsageError(f"no column {column!r}", hint=f"There are {', '.join(listing.columns)}")
        self._connection = connection
        self.asked = asked
        self._where, self._parameters = conditions(asked.search, listing.columns, listing.searched)
        self._listing = listing
        if asked.group:
            self._listing, self._where = listing.grouped(asked.group, self._where), ""
        self.sort = asked.sort if asked.sort in self._listing.columns else self._listing.sort
        is_own = self.sort == self._listing.sort
        default = self._listing.descending if is_own else True
        self.descending = default if asked.descending is None else asked.descending

    @property
    def columns(self) -> tuple[str, ...]:
        """Names, as they are shown."""
        return tuple(self._listing.columns)

    def count(self) -> int:
        """All that fit."""
        sql = f"select count(*) from {self._listing.relation} {self._where}"  # noqa: S608 -- as above
        (count,) = self._connection.execute(sql, self._parameters).fetchall()[0]
        return int(count)

    def page(self, first: int, count: int = PAGE) -> Sequence[tuple[Any, ...]]:
        """Rows from a place on, counted from 0."""
        columns = ", ".join(f'{what} as "{name}"' for name, what in self._listing.columns.items())
        direction = "desc" if self.descending else "asc"
        by = self._listing.columns.get(self.sort, self._listing.order)
        order = f"order by {by} {direction} nulls last, {self._listing.key}"
        # Columns are made of the rows of the page alone: of all that fit, it would take as long as finding them.
        rows = f"(from {self._listing.relation} {self._where} {order} limit $count offset $first)"
        sql = f"select {columns} from {rows} {order}"  # noqa: S608 -- as above
        found = fetch(self._connection, sql, self._parameters | {"count": count, "first": first}).rows
        finish = self._listing.finished
        return finish(self._connection, self.columns, found) if finish and found else found


def rows_from(
    connection: duckdb.DuckDBPyConnection, listing: Listing, asked: Asked, first: int, count: int
) -> Sequence[tuple[Any, ...]]:
    """Those of a page, for `OpenWarehouse.read`."""
    return listing.listed(connection, asked).page(first, count)


def number_of_rows(connection: duckdb.DuckDBPyConnection, listing: Listing, asked: Asked) -> int:
    """All that fit, likewise."""
    return listing.listed(connection, asked).count()


def narrowed(asked: Asked, value: Any) -> Asked:
    """The rows of one group."""
    term = f'{asked.group}="{value}"' if value is not None else f"{asked.group}=null"
    return replace(asked, search=f"{asked.search} {term}".strip(), group="", sort="", descending=None)
