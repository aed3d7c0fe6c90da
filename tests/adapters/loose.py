"""The events of findings one by one, also those that came in tables."""

import re
from collections.abc import Iterable
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import EventTable, Finding


def loose(findings: Iterable[Finding], most: int | None = None) -> list[Any]:
    """All findings, or the first ones, in the order of the rows they come from."""
    placed: list[tuple[int, int, int, Any]] = []
    for place, finding in enumerate(findings):
        if isinstance(finding, EventTable):
            locators = finding.table.column("source_locator").to_pylist()
            placed += [(_row(one), place, row, finding.table) for row, one in enumerate(locators)]
        else:
            where = finding.source_locator if isinstance(finding, Event) else finding.where
            placed.append((_row(where), place, 0, finding))
    placed.sort(key=lambda one: one[:3])
    return [
        one if not hasattr(one, "slice") else _result(one.slice(row, 1).to_pylist()[0])
        for _, _, row, one in placed[:most]
    ]


def _row(locator: str | None) -> int:
    number = re.search(r"\d+", locator or "")
    return int(number[0]) if number else 0


def _result(row: dict[str, Any]) -> ResultRecorded:
    """The event that became this row."""
    texts = {name: dict(row[name] or ()) for name in ("condition", "attributes")}
    return ResultRecorded(**(row | texts | {"metrics": tuple(Metric(**metric) for metric in row["metrics"])}))
