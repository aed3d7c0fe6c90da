"""From the parts of a historical document to events, and the numbers such parts hold."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import not_negative, positive, shown
from collectors.adapters.legacy import devices, outcome

VERSION = "2"
"""Of all adapters of this package."""

_CONTRADICTION = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome a document states."""

    where: str
    """Its JSON path."""
    value: Any
    """It as it stands there."""
    fields: Callable[[], dict[str, Any]]
    """What it says, as fields of an event. Raises ValueError when it cannot be understood."""


def adapter(
    name: str, recognises: Callable[[Document], bool], parts: Callable[[Any], Iterable[Part]]
) -> Adapter:
    """An adapter that makes one event, or one bad row, of each part of the document's JSON value."""

    def read(document: Document) -> Findings:
        shared = provenance(document, name, VERSION)
        is_empty = True
        for part in parts(document.json):
            is_empty = False
            yield _finding(part, shared)
        if is_empty:
            raise NotResults("empty: it has the form of results and lists none")

    return Adapter(name, VERSION, recognises, read)


def named_adapter(
    name: str, recognises: Callable[[Document], bool], parts: Callable[[Document], Iterable[Part]]
) -> Adapter:
    """An adapter whose parts are told by the document's name too."""

    def read(document: Document) -> Findings:
        return adapter(name, recognises, lambda _value: parts(document)).read(document)

    return Adapter(name, VERSION, recognises, read)


def _finding(part: Part, shared: Mapping[str, Any]) -> ResultRecorded | BadRow:
    try:
        return ResultRecorded(**shared, source_locator=part.where, **part.fields())
    except ValueError as error:
        return BadRow(part.where, str(error), json.dumps(part.value).encode())


def has_keys(value: object, *keys: str) -> bool:
    """Whether `value` is an object with all of `keys`."""
    return isinstance(value, dict) and all(key in value for key in keys)


def an_object(value: object) -> dict[str, Any]:
    """`value`, which must be an object. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError(f"{shown(value)} is not an object")
    return value


def a_name(value: object, what: str) -> str:
    """`value`, which must name the `what`. Raises ValueError."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"the {what} is not named")
    return value


def members(value: object) -> dict[str, Any]:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[Any]:
    """`value` when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def step(parent: str, key: str) -> str:
    """The JSON path of `key` under `parent`."""
    return f"{parent}.{key}" if key.isidentifier() else f"{parent}[{json.dumps(key)}]"


def event_fields(
    kind: str,
    subject: str,
    *times: object,
    hardware: object = None,
    attributes: Mapping[str, str] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """What an event is about: subject, device, and the first of `times` that tells one, the record's own before others.

    `others` are further fields as they are.
    """
    time = outcome.time(*times)
    return {
        "subject_kind": kind,
        "subject": subject,
        "attributes": {**time.attributes, **(attributes or {})},
        **devices.hardware(hardware).fields,
        **time.fields,
        **others,
    }


def metric(parent: Mapping[str, Any], key: str, name: str, unit: str) -> tuple[Metric, ...]:
    """The metric under `key`, which may be absent or null. Raises ValueError when it is no number from zero up."""
    if parent.get(key) is None:
        return ()
    return (Metric(name, unit, not_negative(parent, key)),)


def sampled(parent: Mapping[str, Any], mean: str, samples: str, unit: str) -> Metric:
    """The mean latency under `mean` with the list under `samples` behind it. Raises ValueError."""
    listed = parent.get(samples)
    if listed is not None and not isinstance(listed, list):
        raise ValueError(f"{samples}: {shown(listed)} is not a list")
    found = [
        not_negative({f"{samples}[{place}]": one}, f"{samples}[{place}]")
        for place, one in enumerate(listed or ())
    ]
    return Metric("latency_mean", unit, not_negative(parent, mean), samples=found or None)


def judged(
    metrics: Sequence[Metric], batch_size: int | None, latency_seconds: float, throughput: float | None
) -> dict[str, Any]:
    """`status`, `basis` and `metrics` for numbers of one run: whether they are there, and agree."""
    if latency_seconds == 0:
        return outcome.untested("the latency is zero: nothing was run")
    doubts = [
        doubt
        for doubt in (
            _throughput_doubt(batch_size, latency_seconds, throughput),
            *(_mean_doubt(one) for one in metrics),
        )
        if doubt
    ]
    return {
        "status": "ok",
        "basis": "suspect" if doubts else "measured",
        "basis_reason": "; ".join(doubts) or None,
        "metrics": tuple(metrics),
    }


def contradicts(ratio: float) -> bool:
    """Whether a number is too far from what follows from others, by the ratio of the two, which should be 1."""
    return abs(ratio - 1) > _CONTRADICTION


def rate_doubt(told: Mapping[str, Any], count: str, seconds: str) -> str | None:
    """Why `tokens_per_second` cannot be; None when it is what follows from the tokens and the time they took.

    None too where one of the three is not told.
    """
    try:
        rate, tokens, time = (positive(told, key) for key in ("tokens_per_second", count, seconds))
    except ValueError:
        return None
    ratio = rate * time / tokens
    if not contradicts(ratio):
        return None
    return f"tokens a second x {seconds.replace('_', ' ')} / tokens is {ratio:.3g}, not 1"


def _throughput_doubt(batch_size: int | None, latency_seconds: float, throughput: float | None) -> str | None:
    if not batch_size or throughput is None:
        return None
    ratio = throughput * latency_seconds / batch_size
    if not contradicts(ratio):
        return None
    return f"throughput x latency / batch size is {ratio:.3g}, not 1"


def _mean_doubt(one: Metric) -> str | None:
    if not one.samples:
        return None
    mean = fmean(one.samples)
    if one.value and not contradicts(mean / one.value):
        return None
    return f"the mean of the samples is {mean:.4g}, not {one.value:.4g} {one.unit}"


def simulated(fields: dict[str, Any], reason: str | None) -> dict[str, Any]:
    """`fields` marked as simulated where there is a reason and something was run."""
    return fields if reason is None or fields["basis"] == "untested" else fields | outcome.basis(reason)
