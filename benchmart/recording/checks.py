"""From what a program hands over to an event, with an error at once when something is wrong with it."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from numbers import Real
from typing import TypedDict

from benchmart.catalogue import UNSTATED, Catalogue, catalogue
from benchmart.errors import UsageError
from benchmart.event_log.events import BASES, STATUSES, SUBJECT_KINDS, Metric, ResultRecorded

Plain = str | int | float | bool
"""What a value of `condition` and `attributes` may be; it is stored as text."""

Number = float | int
MetricValue = tuple[Number, str] | tuple[Number, str, Sequence[Number]]
"""(value, unit), or (value, unit, samples), all in that unit."""

Metrics = Mapping[str, MetricValue] | Sequence[Metric]


class ResultFields(TypedDict, total=False):
    """Fields of `ResultRecorded` that a program may state as they are."""

    subject_kind: str
    family: str | None
    basis_reason: str | None
    error_class: str | None
    error_message: str | None
    mode: str | None
    phase: str | None
    device: str | None
    device_kind: str | None
    device_count: int | None
    runtime: str | None
    runtime_version: str | None
    compute_platform: str | None
    compute_platform_version: str | None
    driver_version: str | None
    compiler: str | None
    precision: str | None
    memory_format: str | None
    batch_size: int | None
    sequence_length: int | None
    image_size: int | None
    parameter_count: int | None


class Envelope(TypedDict, total=False):
    """Where a result comes from and when it was made."""

    collector: str
    collector_version: str
    run_id: str | None
    occurred_at: datetime | None
    source_uri: str | None
    source_locator: str | None


FIELDS = frozenset(ResultFields.__annotations__)
_NUMBERS_WANTED = {"measured", "simulated", "suspect", "estimated", "predicted"}
_NOTHING_TRIED = frozenset({"skipped", "untested"})


def checked_result(
    envelope: Envelope,
    subject: str,
    *,
    status: str = "ok",
    basis: str | None = None,
    metrics: Metrics | None = None,
    condition: Mapping[str, Plain] | None = None,
    attributes: Mapping[str, Plain] | None = None,
    **fields: object,
) -> ResultRecorded:
    """The event; `basis` None means measured, or untested where nothing was tried.

    Raises UsageError, which says what is wrong and what would be right.
    """
    _check_choice("status", status, STATUSES)
    basis = basis or ("untested" if status in _NOTHING_TRIED else "measured")
    _check_choice("basis", basis, BASES)
    _check_choice("subject_kind", fields.setdefault("subject_kind", "model"), SUBJECT_KINDS)
    _check_names("field", fields, FIELDS)
    _check_story(subject, status, basis, fields)
    at = envelope.get("occurred_at")
    if at is not None and at.tzinfo is None:
        raise UsageError("occurred_at has no time zone", where=subject, hint="Use datetime.now(UTC)")
    build: Callable[..., ResultRecorded] = partial(ResultRecorded, **envelope)
    return build(
        **fields,
        subject=subject,
        status=status,
        basis=basis,
        condition=_texts("condition", condition),
        attributes=_texts("attributes", attributes),
        metrics=_checked_metrics(subject, metrics),
    )


def _check_choice(what: str, value: object, choices: Sequence[str]) -> None:
    if value not in choices:
        raise UsageError(f"{what} is {value!r}", hint=f"It is one of: {', '.join(choices)}")


def _check_names(what: str, names: Mapping[str, object], known: frozenset[str]) -> None:
    for name in names:
        if name not in known:
            raise UsageError(
                f"no {what} {name!r}", hint=f"{_nearest(name, known)}; anything else: attributes"
            )


def _nearest(name: str, known: frozenset[str] | Mapping[str, str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {', '.join(near)}?" if near else f"Known are: {', '.join(sorted(known))}"


def _check_story(subject: object, status: str, basis: str, fields: Mapping[str, object]) -> None:
    """What is said of a result must not contradict itself, nor leave out why it is not a measurement."""
    if not isinstance(subject, str) or not subject.strip():
        raise UsageError(f"subject is {subject!r}", hint="Name the model or test")
    if basis != "measured" and not fields.get("basis_reason"):
        raise UsageError(f"basis is {basis}, without a reason", where=subject, hint="Give basis_reason")
    if status == "ok" and (fields.get("error_class") or fields.get("error_message")):
        raise UsageError("status is ok, with an error", where=subject, hint='Use status="failed"')
    if status == "ok" and basis not in _NUMBERS_WANTED:
        raise UsageError(f"status is ok and basis {basis}", where=subject, hint='Use status="untested"')


def _texts(what: str, values: Mapping[str, Plain] | None) -> dict[str, str]:
    """Plain values as text: `true`, `8`, `0.5`; None is left out."""
    return {
        _text_key(what, key): _text(f"{what}[{key!r}]", value)
        for key, value in (values or {}).items()
        if value is not None
    }


def _text_key(what: str, key: object) -> str:
    if not isinstance(key, str):
        raise UsageError(f"{what} has a key that is no text: {key!r}")
    return key


def _text(where: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        hint = "Write it as text, a number or a boolean; json.dumps helps with larger things"
        raise UsageError(f"is a {type(value).__name__}", where=where, hint=hint)
    return value if isinstance(value, str) else repr(value)


def as_metrics(subject: str, metrics: Metrics | None) -> list[Metric]:
    """The metrics as the event takes them. Raises UsageError when a value is not (value, unit)."""
    if isinstance(metrics, Mapping):
        return [_metric(subject, name, value) for name, value in metrics.items()]
    return list(metrics or ())


def _checked_metrics(subject: str, metrics: Metrics | None) -> list[Metric]:
    given = as_metrics(subject, metrics)
    known = catalogue()
    for metric in given:
        where = f"{subject}: {metric.name}"
        if known:
            _check_unit(known, metric, where)
        for number in (metric.value, *(metric.samples or ()), *(metric.warmup_samples or ())):
            _check_finite(number, where)
    return given


def _metric(subject: str, name: str, value: MetricValue) -> Metric:
    if not isinstance(value, tuple) or len(value) not in {2, 3} or not isinstance(value[1], str):
        hint = 'Give (value, unit), such as (12.5, "millisecond"), or (value, unit, samples)'
        raise UsageError(f"is {value!r}", where=f"{subject}: {name}", hint=hint)
    samples = [_plain(sample) for sample in value[2]] if len(value) > 2 else None  # noqa: PLR2004
    return Metric(name, value[1], _plain(value[0]), samples)


def _plain(number: Number) -> Number:
    """Numbers of numpy and others of that kind as Python's; what is no number is refused later."""
    return float(number) if isinstance(number, Real) and not isinstance(number, int | float) else number


def _check_unit(known: Catalogue, metric: Metric, where: str) -> None:
    if metric.name not in known.metrics:
        raise UsageError(f"no metric {metric.name!r}", where=where, hint=_nearest(metric.name, known.metrics))
    base = known.metrics[metric.name]
    if base != UNSTATED and known.units.get(metric.unit) != base:
        units = ", ".join(known.units_of(metric.name))
        raise UsageError(f"no unit {metric.unit!r} of this metric", where=where, hint=f"It has: {units}")


def _check_finite(number: object, where: str) -> None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise UsageError(f"{number!r} is not a number", where=where)
    if not math.isfinite(number):
        hint = 'A run without a number is status="failed" or "untested"'
        raise UsageError(f"{number!r} is not a measurement", where=where, hint=hint)
