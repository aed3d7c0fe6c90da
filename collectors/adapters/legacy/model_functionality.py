"""Whether the skill test of each model passed on each hardware: `model_functionality_*.json`."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, shown, text
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import Part, adapter, an_object, entries, has_keys, members, simulated

_MOCK = re.compile(r"\(MOCK\b")


def _recognises(document: Document) -> bool:
    return has_keys(document.json, "detailed_results", "model_results", "stats")


def _parts(document: Any) -> Iterator[Part]:
    when = members(document["stats"]).get("timestamp")
    for number, one in enumerate(entries(document["detailed_results"])):
        yield Part(f"$.detailed_results[{number}]", one, partial(tested, one, when, document))


def tested(value: Any, when: object, document: object) -> dict[str, Any]:
    """The fields of one test; its own hardware is trusted before the key it stands under. Raises ValueError."""
    record = an_object(value)
    time = outcome.time(record.get("timestamp"), when)
    status = outcome.status(record.get("success"))
    if status is None:
        raise ValueError(f"success: {shown(record.get('success'))} says nothing")
    fields: dict[str, Any] = {"status": status, "basis": "measured"}
    if status == "failed":
        fields |= outcome.error(record.get("error"), _last_line(record.get("stderr")), record.get("stderr"))
    hardware = record.get("hardware")
    mock = {"log_mentions_mock": "true"} if _MOCK.search(str(record.get("stdout"))) else {}
    return (
        simulated(fields, outcome.declared_simulation(record, hardware, document))
        | outcome.hardware(hardware).fields
        | time.fields
        | {
            "subject_kind": "model",
            "subject": text(record, "model"),
            "condition": {"check": "functionality"},
            "attributes": {**time.attributes, **as_attributes(record, "return_code"), **mock},
        }
    )


def _last_line(log: object) -> str | None:
    lines = log.strip().splitlines() if isinstance(log, str) else []
    return lines[-1] if lines else None


ADAPTERS = (adapter("legacy_model_functionality", _recognises, _parts),)
