"""The answers of `benchmart query` as a page or a chart."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmart.errors import UsageError
from interfaces.cli.output import whole_file
from interfaces.cli.tables import number, shown

if TYPE_CHECKING:
    import duckdb

    from benchmart.queries.rows import Rows
    from interfaces.reports.report import Exhibit, Table

_CHARTED = 30
"""Lines of a chart; more do not fit on a page."""
_PIXELS = 760
_UNNAMED = frozenset({"hardware_type"})
"""What the device's name tells already."""
_SIGNS = {
    "device_count": ("x", ""),
    "batch_size": ("batch ", ""),
    "image_size": ("", " px"),
    "sequence_length": ("length ", ""),
}
"""What stands before and after a number that says nothing by itself."""


def write_page(
    connection: "duckdb.DuckDBPyConnection", rows: "Rows", form: str, output: Path | None, title: str
) -> None:
    """The rows as a self-contained HTML page with a chart, or as the chart alone, in SVG.

    Raises UsageError when only a chart was asked for and there is none to draw.
    """
    from interfaces.reports.render import styled, to_html
    from interfaces.reports.report import Report, Section, nothing
    from interfaces.reports.state import state_of

    exhibit = _exhibit(rows, title)
    if form == "chart":
        if exhibit.chart is None:
            raise UsageError(
                "nothing here is a chart", hint="Compare by a metric, or choose another --format"
            )
        text = styled(exhibit.chart("chart", _PIXELS))
    else:
        section = Section("", (), [exhibit]) if rows.rows else nothing("Nothing fits what was asked for.")
        command = shlex.join(["benchmart", *sys.argv[1:]])
        text = to_html(Report(title, "", [], state_of(connection), [section], command=command))
    if output is None:
        click.echo(text)
        return
    with whole_file(output) as path:
        path.write_text(text, encoding="utf-8")


def _exhibit(rows: "Rows", title: str) -> "Exhibit":
    from interfaces.reports.charts.intervals import Interval, interval_chart
    from interfaces.reports.charts.svg import Caption
    from interfaces.reports.report import Exhibit

    table = _table(rows)
    found = [row for row in rows.as_dicts()[:_CHARTED] if row.get("lowest")]
    if "lowest" not in rows.columns or not found:
        return Exhibit(table)
    value = rows.columns[rows.columns.index("unit") - 1]
    labels = [
        name
        for name in rows.columns[: rows.columns.index(value)]
        if _varies(found, name) and name not in _UNNAMED
    ]
    reference = found[0][value]
    lines = [
        Interval(
            " ".join(_label(name, row[name]) for name in labels if row[name] is not None) or title,
            row[value] / reference,
            None,
            None,
            row["lowest"] / reference,
            row["highest"] / reference,
            f"{number(row[value])} {row['unit']}",
        )
        for row in found
    ]
    drawn = "" if len(rows.rows) <= _CHARTED else f" The first {_CHARTED} rows are drawn."
    caption = Caption(title, f"Each value over that of the first line, with its lowest and highest.{drawn}")
    return Exhibit(
        table,
        lambda name, width: interval_chart(
            name, caption, lines, axis=f"{value} over that of the first line", width=width, shown=number
        ),
    )


def _label(name: str, value: object) -> str:
    before, after = _SIGNS.get(name, ("", ""))
    return f"{before}{shown(value)}{after}"


def _varies(rows: list[dict[str, object]], name: str) -> bool:
    return len({str(row[name]) for row in rows}) > 1


def _table(rows: "Rows") -> "Table":
    from interfaces.reports.report import Table

    numeric = [
        name
        for place, name in enumerate(rows.columns)
        if any(isinstance(row[place], int | float) and not isinstance(row[place], bool) for row in rows.rows)
    ]
    return Table(rows.columns, [list(map(shown, row)) for row in rows.rows], numeric)
