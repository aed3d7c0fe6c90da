"""What the historical JSON shapes share: words for an outcome, simulation flags, times, errors."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.adapters.json_values import shown
from collectors.adapters.legacy import devices
from collectors.adapters.moments import moment_or_none

_SIMULATING = re.compile(r"mock|simulat", re.IGNORECASE)
_MOCK_TEXT = re.compile(r"\(\s*mock\b[^)]*\)?|^simulated\b", re.IGNORECASE)
_IMPLEMENTATION_KEYS = ("implementation_type", "implementation")
_LOGS = frozenset({"stdout", "stderr", "traceback"})
"""What a program printed on its way says nothing about the record as a whole."""
_LONGEST_MESSAGE_CHARACTERS = 2_000


_SKIPPED = re.compile(
    r"skipped|skip|not (yet )?available|unavailable|not supported|unsupported", re.IGNORECASE
)
_FAILED = re.compile(r"fail|error|exception|traceback|timed? ?out|crash|incompatible|broken", re.IGNORECASE)
_UNTESTED = re.compile(
    r"not (yet )?(tested|run|implemented|initiali[sz]ed)|pending|unknown|n/?a|none|incomplete", re.IGNORECASE
)
_OK = re.compile(r"(success|complete|pass|ok|real|mock|loaded|available|valid|present)", re.IGNORECASE)


def status(word: object) -> str | None:
    """`ok`, `failed`, `skipped` or `untested` for a truth value, an exit code or one of the many words for them.

    `Success (MOCK)` is ok: that it is simulated is said by `declared_simulation`. None for what says nothing.
    """
    if isinstance(word, bool):
        return "ok" if word else "failed"
    if isinstance(word, int):
        return "ok" if word == 0 else "failed"
    if not isinstance(word, str) or not word.strip():
        return None
    if _FAILED.search(word):
        return "failed"
    if _SKIPPED.search(word):
        return "skipped"
    if _UNTESTED.fullmatch(word.strip()) or re.match(r"not (yet )?(tested|run)", word.strip(), re.IGNORECASE):
        return "untested"
    return "ok" if _OK.match(word.strip()) else None


def claimed(key: str, word: object) -> str:
    """The status that the word under `key` claims. Raises ValueError when it claims none."""
    if (told := status(word)) is None:
        raise ValueError(f"{key}: {shown(word)} says nothing")
    return told


def declared_simulation(
    record: Mapping[str, Any], hardware_key: object, document: object = None
) -> str | None:
    """What in `record` says that its numbers are not measured; None when nothing does.

    Only plain values of the record itself are looked at, and its `platform_support`. The blanket `simulated_hardware`
    list of a `document` was stamped on whole files, cpu-only ones too: it holds where the record's hardware is in it.
    """
    return next(_declarations(record, hardware_key, document), None)


def _declarations(record: Mapping[str, Any], hardware_key: object, document: object) -> Iterator[str]:
    for key in ("is_simulation", "is_simulated", "simulated", "is_mock"):
        if record.get(key) is True:
            yield f"{key} is true"
    support = record.get("platform_support")
    if isinstance(support, dict) and support.get("simulated") is True:
        yield "platform_support.simulated is true"
    for key, value in record.items():
        if isinstance(value, str) and key.endswith(_IMPLEMENTATION_KEYS) and _SIMULATING.search(value):
            yield f"{key} is {value}"
    if warning := record.get("WARNING"):
        said = warning.get("details", warning.get("message")) if isinstance(warning, dict) else warning
        yield f"WARNING: {said!s:.200}"
    for key, value in (("the hardware", hardware_key), *record.items()):
        if isinstance(value, str) and key not in _LOGS and (said := _MOCK_TEXT.search(value)):
            yield f"{key} says {said[0]}"
    if is_stamped(document, hardware_key):
        yield f"{hardware_key} is in the file's list of simulated_hardware"


def is_stamped(document: object, hardware_key: object) -> bool:
    """Whether the document's `simulated_hardware` list names this hardware, whichever way it is spelled."""
    listed = document.get("simulated_hardware") if isinstance(document, dict) else None
    kind = devices.hardware(hardware_key).kind
    return (
        kind is not None
        and isinstance(listed, list)
        and kind in {devices.hardware(one).kind for one in listed}
    )


def basis(reason: str | None) -> dict[str, Any]:
    """`basis` and `basis_reason` of an event: simulated where there is a reason, else measured."""
    return {"basis": "simulated" if reason else "measured", "basis_reason": reason}


def untested(reason: str) -> dict[str, Any]:
    """The outcome of what was never run."""
    return {
        "status": "untested",
        "basis": "untested",
        "basis_reason": reason,
        "error_class": "no_measurement",
    }


def worked() -> dict[str, Any]:
    """The outcome of what ran and succeeded."""
    return {"status": "ok", "basis": "measured"}


def failed(*texts: object) -> dict[str, Any]:
    """The outcome of what ran and failed, from what is said about it, the shortest account first."""
    return {"status": "failed", "basis": "measured"} | error(*texts)


def skipped(reason: str, error_class: str | None = None) -> dict[str, Any]:
    """The outcome of what was left out, for a reason that says nothing of how it would have gone."""
    found = {"status": "skipped", "basis": "untested", "basis_reason": reason}
    return found if error_class is None else found | {"error_class": error_class}


@dataclass(frozen=True, slots=True)
class Time:
    """When something happened, as fields of an event."""

    fields: dict[str, Any]
    """`occurred_at`, or nothing."""
    attributes: Mapping[str, str]
    """What there is to say about its zone."""


def time(*candidates: object) -> Time:
    """The first of `candidates` that tells a time: the record's own before that of the file."""
    for candidate in candidates:
        if found := moment_or_none(candidate):
            return Time({"occurred_at": found.at}, found.attributes)
    return Time({}, {})


_ERROR_CLASSES = (
    ("out_of_memory", re.compile(r"out of memory|outofmemory|\boom\b|cannot allocate memory", re.IGNORECASE)),
    ("timeout", re.compile(r"timed? ?out|timeout", re.IGNORECASE)),
    (
        "crash",
        re.compile(r"segmentation fault|core dumped|killed by signal|\bsig(segv|abrt|kill)\b", re.IGNORECASE),
    ),
    (
        "device_absent",
        re.compile(
            r"(hardware|device|cuda|gpu|mps|rocm|openvino|apple silicon|qualcomm( \w+)?) (is )?not available"
            r"|no (cuda|gpu|such) device|torch not compiled with cuda|cuda initiali[sz]ation",
            re.IGNORECASE,
        ),
    ),
)
_EXCEPTION = re.compile(r"^(?:[a-z_]\w*\.)*([A-Z]\w*(?:Error|Exception))\b", re.MULTILINE)


def error(*texts: object) -> dict[str, Any]:
    """`error_class` and `error_message` of a failure from what is said about it, the shortest account first.

    The class is one of ours where the words tell, else the exception's name where a traceback has one, else `other`.
    """
    said = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
    return {"error_class": _error_class(said), "error_message": _short(said[0]) if said else None}


def _error_class(said: Iterable[str]) -> str:
    for text in said:
        for name, pattern in _ERROR_CLASSES:
            if pattern.search(text):
                return name
        if exceptions := _EXCEPTION.findall(text):
            return str(exceptions[-1])
    return "other"


def _short(text: str) -> str:
    whole = len(text) <= _LONGEST_MESSAGE_CHARACTERS
    return text if whole else f"{text[: _LONGEST_MESSAGE_CHARACTERS - 3]}..."


def unsuccessful(status_word: str, *texts: object) -> dict[str, Any]:
    """The outcome of what is not ok: an error where it failed; without evidence where it was never tried."""
    said = next((text for text in texts if isinstance(text, str) and text.strip()), None)
    if status_word == "failed":
        return failed(*texts)
    if status_word == "skipped":
        return skipped(_short(said.strip()) if said else "skipped, and no reason given")
    return untested("the source says that it was not run")
