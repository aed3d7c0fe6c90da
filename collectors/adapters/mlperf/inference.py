"""What all records of MLPerf inference share: scenarios, accuracy targets, and numbers that cannot both be true."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from benchmart.event_log.events import Metric

LATENCY_ONLY = {"SingleStream", "MultiStream"}
"""One query at a time: there is a latency and no throughput."""

_SCENARIOS = {
    "offline": "Offline",
    "server": "Server",
    "interactive": "Interactive",
    "singlestream": "SingleStream",
    "multistream": "MultiStream",
}
_ACCURACY_TARGET = re.compile(r"-(99(?:\.\d+)?)$")
_ORDER = ("latency_min", "latency_p50", "latency_p90", "latency_p95", "latency_p97", "latency_p99")
_ORDER_OF_THE_LARGEST = ("latency_p99_9", "latency_max")
_CONTRADICTION = 0.1
_RATE_ROUNDING = 0.005
"""Queries a second: half of the last printed digit."""

INVALID = "the run is INVALID by the load generator's rules"


def scenario_of(spelling: str) -> str:
    """One spelling a scenario: logs, folders and tables write `Offline`, `offline`, `SingleStream`, `singlestream`.

    Raises ValueError when there is no such scenario.
    """
    name = re.sub(r"[\s_-]", "", spelling).lower()
    if name not in _SCENARIOS:
        raise ValueError(f"{spelling!r:.60} is not a scenario")
    return _SCENARIOS[name]


def scenario_told_twice(log: str, folder: str | None) -> tuple[str, str | None]:
    """The scenario, and why it is doubted. Interactive is a Server run with tighter limits: only its folder says so."""
    printed = scenario_of(log)
    named = scenario_of(folder) if folder else printed
    if named == printed or (named, printed) == ("Interactive", "Server"):
        return named, None
    return printed, f"the log is of {printed} and lies among results of {named}"


def condition_of(benchmark: str | None, scenario: str, **others: str | None) -> dict[str, str]:
    """What must be equal for two results of one benchmark to be comparable."""
    target = match[1] if benchmark and (match := _ACCURACY_TARGET.search(benchmark)) else None
    told = {"scenario": scenario, "accuracy_target_percent": target, **others}
    return {name: value for name, value in told.items() if value}


def outcome_of(metrics: Sequence[Metric], doubts: Iterable[str | None]) -> dict[str, Any]:
    """Fields of an event: a zero is no measurement, and a doubt makes a number suspect."""
    if all(metric.value == 0 for metric in metrics):
        reason = "all numbers are zero" if metrics else "there is no number, and no word on why"
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": reason,
            "error_class": "no_measurement",
            "metrics": (),
        }
    zeros = [metric.name for metric in metrics if metric.value == 0 and metric.name in _NEVER_ZERO]
    reasons = [doubt for doubt in (*doubts, _disorder(metrics)) if doubt]
    reasons += [f"{name} is zero" for name in zeros]
    return {
        "status": "ok",
        "basis": "suspect" if reasons else "measured",
        "basis_reason": "; ".join(reasons) or None,
        "metrics": tuple(metrics),
    }


def rate_against_latency(
    queries_a_second: float | None, metrics: Iterable[Metric], *, is_upper: bool
) -> str | None:
    """A stream of single queries: queries a second x mean latency is 1, or at most 1 where overhead is counted in."""
    mean_ns = next((one.value for one in metrics if one.name == "latency_mean"), 0.0)
    if not queries_a_second or not mean_ns:
        return None
    product = queries_a_second * mean_ns / 1e9
    tolerance = _CONTRADICTION + _RATE_ROUNDING * mean_ns / 1e9
    if product - 1 <= tolerance and (is_upper or 1 - product <= tolerance):
        return None
    return f"queries a second x mean latency is {product:.3g}, not 1"


_NEVER_ZERO = {"throughput", "token_throughput", "latency_mean", "latency_p50", "latency_p90", "latency_p99"}


def _disorder(metrics: Iterable[Metric]) -> str | None:
    """Percentiles grow. Raised above a tenth only: the load generator rounds each by its own rule."""
    values: Mapping[str, float] = {metric.name: metric.value for metric in metrics}
    present = [(name, values[name]) for name in (*_ORDER, *_ORDER_OF_THE_LARGEST) if name in values]
    for (lower, small), (upper, large) in pairwise(present):
        if small > large * (1 + _CONTRADICTION):
            return f"{lower} {small:g} is above {upper} {large:g}"
    return None
