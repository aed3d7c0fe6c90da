"""What criterion prints: `name  time: [low estimate high]`, below it `thrpt: [...]` where a throughput was declared.

A long name has a line of its own above. `change:` and the lines below it compare with an earlier run.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from benchmart.event_log.events import Metric
from collectors.adapters.code_tools.lines import Line
from collectors.adapters.code_tools.units import TIMES, ZERO_TIME
from collectors.adapters.numbers import not_negative

_THREE = r"\[[\d.]+ \S+ [\d.]+ \S+ [\d.]+ [^\s\]%]+\]"
TELLING = rf"\btime: +{_THREE}"
"""Part of a pattern: what no output of criterion is without."""
_TIME = re.compile(
    r"(?:(?P<name>\S.*?)?\s+)?time: +\[(?P<low>\S+ \S+) (?P<estimate>\S+) (?P<unit>\S+) (?P<high>\S+ \S+)\]"
    r"(?: thrpt: +\[(?P<throughput>[^\]]*)\])?"
)
_THROUGHPUT = re.compile(rf"\s+thrpt: +{_THREE}\s*")
_IS_TIME = re.compile(rf".*{TELLING}\s*")
_PROGRESS = "Benchmarking "


def joined(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those of one result of criterion as one line with the place of the time."""
    above: Line | None = None
    result: Line | None = None
    for line in lines:
        if result is not None and line.is_whole and _THROUGHPUT.fullmatch(line.text):
            result = Line(result.where, f"{result.text} {line.text.strip()}", is_whole=True)
            continue
        if result is not None:
            yield result
            result = None
        if _IS_TIME.fullmatch(line.text):
            is_named = above is not None and line.text[:1].isspace() and not above.text.startswith(_PROGRESS)
            name = above.text.strip() if above is not None and is_named else ""
            result = Line(line.where, f"{name}{line.text.rstrip()}", is_whole=line.is_whole)
        else:
            yield line
        above = line if line.text.strip() else None
    if result is not None:
        yield result


def outcome(line: Line) -> tuple[str, dict[str, Any]] | None:
    """Name and outcome; None when it is no result. Raises ValueError when it is one and cannot be understood."""
    if _THROUGHPUT.fullmatch(line.text):
        raise ValueError("a throughput without its time, or without an end")
    match = _TIME.fullmatch(line.text)
    if match is None or match["unit"] not in TIMES:
        return None
    line.must_be_whole()
    if not match["name"]:
        raise ValueError("no line above names the benchmark")
    attributes = {"low": match["low"], "high": match["high"]}
    if match["throughput"]:
        attributes["throughput"] = match["throughput"]
    value = not_negative(match["estimate"])
    if value == 0:
        return match["name"], {**ZERO_TIME, "attributes": attributes}
    metrics = (Metric("latency_mean", TIMES[match["unit"]], value),)
    return match["name"], {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}
