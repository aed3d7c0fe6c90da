"""The answers of the selector and the planner as one table, as a line, as more of a row, and as a front."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from interfaces.cli.tables import number
from tui.contents.content import Content, Section
from tui.contents.question import MEMORY, AskedHardware
from tui.contents.select import OPTION_COLUMNS
from tui.contents.training_plans import parts_of
from tui.widgets.bars import bars
from tui.widgets.pareto import Shown

if TYPE_CHECKING:
    from predictors.selector.option import Option

OPTION_HINT = "No device is left: take limits away, or allow other hardware"
_WIDTH = 900
"""Pixels of the picture."""


def combined(content: Content) -> Section:
    """The rows of an answer: options, below them what was rejected; or models, or strategies."""
    first = content.sections[0]
    if first.name != "options":
        return Section(first.name, first.title, first.columns, first.rows, first.total, first.empty)
    basis = OPTION_COLUMNS.index("basis")
    rows = [
        [*row[:basis], "✓ measured" if row[basis] == "measured" else row[basis], *row[basis + 1 :]]
        for row in first.rows
    ]
    rejected = content.section("rejected")
    named = [dict(zip(rejected.columns, row, strict=True)) for row in rejected.rows]
    rows += [[_of_rejected(row, column) for column in OPTION_COLUMNS] for row in named]
    return Section("options", first.title, OPTION_COLUMNS, rows)


def _of_rejected(row: Mapping[str, Any], column: str) -> Any:
    return "rejected" if column == "basis" else row["why"] if column == "notes" else row.get(column)


def doubt_of(content: Content) -> str:
    """What the selector says of a model of which nothing is known, as it may be misspelt; else empty."""
    first = content.sections[0]
    if first.name != "options" or any("measured" in row for row in first.rows):
        return ""
    told = (str(line) for (line,) in content.section("why").rows)
    return next((line for line in told if line.startswith("whether it fits is not known")), "")


def found_line(content: Content, asked: AskedHardware) -> str:
    """What was found, in a line."""
    first = content.sections[0]
    if first.name == "models":
        return f"Models with most results: enter asks for one, / types another ({len(first.rows)})"
    if first.name == "strategies":
        refused = content.section("refused").rows
        left = f"; not for these devices: {', '.join(row[0] for row in refused)}" if refused else ""
        return f"memory predicted, times estimated; enter: why{left}"
    rejected = content.section("rejected").total or 0
    what = f"devices: {first.total} in order, then {rejected} rejected"
    more = f", {len(asked.simulated)} simulated" if asked.simulated else ""
    return f"{what}{more}; score from 0 to 1; enter: why"


def detail_of(content: Content, row: Mapping[str, Any], width: int) -> Text:
    """More of a row: why a device is out, what it rests on; memory by part of a plan; nothing of a model."""
    name = content.sections[0].name
    if name == "strategies":
        told = "".join(f"\n{kind}: {why}" for kind, why in content.section("why").rows)
        return bars(parts_of(row), row["of_gb"], "GB", width) + Text(
            f"\n\n* plan{told}" if row["chosen"] else ""
        )
    if name == "models":
        return Text(f"{row['model']}: most of its results are {_condition(row)}")
    rate = f", {number(row['items/s'])} items/s" if row["items/s"] is not None else ""
    interval = f" ({number(row['from'])} to {number(row['to'])})" if row["from"] is not None else ""
    lines = [f"{row['device']}: {row['basis']}{rate}{interval}"]
    lines += [str(row["notes"])] if row["notes"] else []
    if row["rank"] == 1:
        lines += [str(line) for (line,) in content.section("why").rows]
    return Text("\n".join(lines))


def _condition(row: Mapping[str, Any]) -> str:
    batch = f"batch {row['batch']}" if row["batch"] else ""
    return ", ".join(filter(None, (row["mode"], row["precision"], batch)))


class Fronts:
    """Speed against price or memory."""

    def __init__(self, options: Sequence["Option"], view: str) -> None:
        """Of the options that have both."""
        from interfaces.reports.charts.fronts import Point
        from interfaces.reports.selection import priced_points

        self._points: list[Point] = priced_points(options)
        self._across, self._title = "$/h", "Throughput against price"
        if view == MEMORY:
            self._across, self._title = "GB", "Throughput against memory"
            self._points = [
                Point(
                    each.device.name,
                    each.device.facts.memory_bytes / 1e9,
                    each.shares.get("throughput") or 0.0,
                )
                for each in options
                if each.device.facts.memory_bytes and each.estimate
            ]

    @property
    def shown(self) -> Shown:
        """In characters."""
        return Shown(self._points, self._across, "share of the best throughput")

    def svg(self) -> str | None:
        """As a report has it; None where there is nothing to draw."""
        from interfaces.reports.render import styled
        from interfaces.reports.selection import front_drawn

        if not self._points:
            return None
        return styled(front_drawn(self._points, self._title, f"{self._across}, by ratios")("front", _WIDTH))
