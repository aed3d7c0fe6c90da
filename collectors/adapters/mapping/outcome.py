"""What the numbers of a record have to be, whether it is read by itself or in columns."""

import re

from benchmart.event_log.events import Metric
from collectors.adapters.mapping.model import MetricColumn
from collectors.adapters.mapping.values import Values, text_of

_NEVER_ZERO = re.compile(r"latency_.*|.*throughput|speedup|duration|time_to_train")
"""A step takes time: zero stands for something else, which a rule of the mapping has to tell."""
CONTRADICTION = 0.1
"""Throughput x latency / batch size is 1; further from it, one of the numbers is wrong."""
SECONDS = {"second": 1.0, "millisecond": 1e-3, "microsecond": 1e-6, "nanosecond": 1e-9}


def check_size(one: MetricColumn, number: float) -> None:
    """Raises ValueError when such a metric cannot be so small."""
    if number < 0 and one.unit != "unstated":
        raise ValueError(f"{one.column}: {number!r} is below zero")
    if number == 0 and _NEVER_ZERO.fullmatch(one.metric):
        raise ValueError(f"{one.column}: 0 is not above zero, and the mapping does not say what it means")


def unit_of(one: MetricColumn, row: Values) -> str | None:
    """The unit of this metric in this row; None when another unit says that it is no such metric. Raises ValueError."""
    if one.unit is not None:
        return one.unit
    text = text_of(row.get(one.unit_column or "")) or ""
    if text not in one.units and one.is_of_some_units:
        return None
    if text not in one.units:
        raise ValueError(f"{one.unit_column}: {text!r} is none of {', '.join(one.units)}")
    return one.units[text]


def reason_of(basis: str | None, reason: str | None) -> str | None:
    """Why a number is not known to be measured; None when it is measured."""
    if basis in (None, "measured"):
        return None
    return reason or f"the source says that it was {basis}"


def contradiction(metrics: tuple[Metric, ...], batch_size: int | None) -> str | None:
    """What is wrong with mean latency and throughput together; None when nothing is."""
    by_name = {metric.name: metric for metric in metrics}
    latency, throughput = by_name.get("latency_mean"), by_name.get("throughput")
    if not latency or not throughput or not batch_size or throughput.unit != "item/second":
        return None
    ratio = throughput.value * latency.value * SECONDS.get(latency.unit, float("nan")) / batch_size
    if abs(ratio - 1) > CONTRADICTION:
        return f"throughput x latency / batch size is {ratio:.3g}, not 1"
    return None
