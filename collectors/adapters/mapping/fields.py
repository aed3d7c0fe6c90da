"""The fields of a result that a mapping may fill, and what a text has to be to become one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from benchmart.event_log.events import BASES, STATUSES, SUBJECT_KINDS
from collectors.adapters.mapping.model import Source
from collectors.adapters.moments import ZONE_NOT_STATED, Moment, moment
from collectors.adapters.numbers import LARGEST_WHOLE, finite, not_negative, positive_whole

_TEXTS = (
    "subject",
    "family",
    "device",
    "device_kind",
    "runtime",
    "runtime_version",
    "compute_platform",
    "compute_platform_version",
    "driver_version",
    "compiler",
    "precision",
    "memory_format",
    "basis_reason",
    "error_class",
    "error_message",
)
_COUNTS = ("device_count", "batch_size", "sequence_length", "image_size")
_CHOICES = {
    "subject_kind": SUBJECT_KINDS,
    "status": STATUSES,
    "basis": BASES,
    "mode": ("inference", "training"),
    "phase": ("prefill", "decode"),
}

Convert = Callable[[str, Source], Any]


def _text(text: str, _source: Source) -> str:
    return text


def _count(text: str, source: Source) -> int:
    return positive_whole(text) if source.scale == 1 else round(positive_whole(text) * source.scale)


def _parameters(text: str, source: Source) -> int:
    count = not_negative(text) * source.scale
    if count > LARGEST_WHOLE:
        raise ValueError(f"{text!r} are too many to count")
    return round(count)


def _moment(text: str, source: Source) -> Moment:
    for form in source.times:
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007 - whether a zone is stated is looked at by `moment`
        except ValueError:
            continue
        return moment(at.isoformat())
    try:
        return moment(finite(text))
    except ValueError:
        return moment(text)


def _choice(known: tuple[str, ...]) -> Convert:
    def choose(text: str, _source: Source) -> str:
        if text not in known:
            raise ValueError(f"{text!r} is none of {', '.join(known)}")
        return text

    return choose


FIELDS: dict[str, Convert] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_COUNTS, _count),
    **{field: _choice(known) for field, known in _CHOICES.items()},
    "parameter_count": _parameters,
    "occurred_at": _moment,
}
"""Field to what makes its value of a text; raises ValueError."""


def checked_field(field: str, text: str | None, source: Source) -> Any:
    """The value of a field; None when there is no text. Raises ValueError that names the field."""
    if text is None:
        return None
    try:
        return FIELDS[field](text, source)
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def remarks(field: str, value: Any) -> dict[str, str]:
    """What an event has to say about a field, for its attributes."""
    return dict(ZONE_NOT_STATED) if field == "occurred_at" and not value.is_zone_stated else {}
