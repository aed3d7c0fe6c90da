"""Series from files of comma-separated values: a column of times, a column of values, whatever their names."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmart.errors import DocumentRejected
from predictors.detection.contract import Direction, Series
from predictors.detection.table_files import Table, read_table

_TIMES = ("time", "timestamp", "date", "datetime", "commit_date_ms", "commit_date", "occurred_at")
_VALUES = ("value", "values", "result", "measurement")
_UNITS = ("unit", "units")
_FORMATS = (
    "%Y.%m.%d %H:%M:%S %z",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%Y-%m",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file is to be read."""

    time: str | None = None
    """Column of times; the first that is named like one, else the first column."""
    value: str | None = None
    """Column of values; the first that is named like one, else the only one beside the times."""
    environment: str | None = None
    """Column that tells the machine, driver, interpreter of a point."""
    direction: Direction = "none"
    is_sorted_first: bool = False
    """Whether rows are put in order of time, where they are not in order."""


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """A series and where its points stand in the file."""

    series: Series
    rows: tuple[int, ...]
    """0-based row of each point, the header not counted."""
    times: tuple[str, ...]
    """As written."""


def read_series(path: Path, asked: Asked) -> SeriesFile:
    """The series of one file. A value that is missing is no point; the row keeps its number.

    Raises DocumentRejected, with the file and the line: no such column, a value that is no number, times that go back,
    units that differ, an empty file.
    """
    table = read_table(path)
    time, value = _columns(table, asked)
    _check_units(table)
    count = len(table.rows)
    times = [str(row) if time is None else table.rows[row][time] for row in range(count)]
    order = _order(table, times, asked)
    environments = None
    if asked.environment is not None:
        column = table.place(asked.environment)
        environments = [table.rows[row][column] for row in order]
    values = [table.number(row, value) for row in order]
    series = Series(path.name, values, asked.direction, environments)
    return SeriesFile(series, tuple(order), tuple(times[row] for row in order))


def _columns(table: Table, asked: Asked) -> tuple[int | None, int]:
    """Places of the times, None where there are none, and of the values."""
    lower = [name.lower() for name in table.header]
    if asked.time is not None:
        time: int | None = table.place(asked.time)
    else:
        first = 0 if len(lower) > 1 else None
        time = next((lower.index(name) for name in _TIMES if name in lower), first)
    if asked.value is not None:
        return time, table.place(asked.value)
    named = next((lower.index(name) for name in _VALUES if name in lower), None)
    if named is not None:
        return time, named
    others = [place for place, name in enumerate(lower) if place != time and name not in _UNITS]
    if len(others) == 1:
        return time, others[0]
    raise DocumentRejected(
        f"which of the columns {', '.join(table.header)} has the values is not plain",
        where=str(table.path),
        hint="Name it with --value COLUMN",
    )


def _check_units(table: Table) -> None:
    column = next((place for place, name in enumerate(table.header) if name.lower() in _UNITS), None)
    if column is None:
        return
    for number, row in enumerate(table.rows):
        if row[column] != table.rows[0][column]:
            was, now = table.rows[0][column], row[column]
            raise DocumentRejected(
                f"the unit turns from {was!r} to {now!r}: such points cannot be compared",
                where=table.line(number),
                hint="Convert the values to one unit, or split the file",
            )


def _order(table: Table, times: list[str], asked: Asked) -> list[int]:
    """Rows in order of time; in that of the file where times cannot be understood."""
    rows = list(range(len(times)))
    moments = [moment for moment in map(moment_of, times) if moment is not None]
    if len(moments) < len(times):
        return rows
    back = next((row for row in rows[1:] if moments[row] < moments[row - 1]), None)
    if back is None:
        return rows
    if not asked.is_sorted_first:
        raise DocumentRejected(
            f"time goes back, from {times[back - 1]} to {times[back]}",
            where=table.line(back),
            hint="Put the rows in order, or let --sort do so; indexes stay those of the file",
        )
    return sorted(rows, key=moments.__getitem__)


def moment_of(text: str) -> float | None:
    """A number, or seconds since 1970; times without a zone are taken to be in one and the same."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return _seconds(datetime.fromisoformat(text))
    except ValueError:
        return next((moment for form in _FORMATS if (moment := _read_as(form, text)) is not None), None)


def _read_as(form: str, text: str) -> float | None:
    try:
        return _seconds(datetime.strptime(text, form))  # noqa: DTZ007 -- without a zone, `_seconds` takes UTC
    except ValueError:
        return None


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
