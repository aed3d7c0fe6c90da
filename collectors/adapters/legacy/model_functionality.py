"""Whether the skill test of each model passed on each hardware: `model_functionality_*.json`."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, text
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.logs import last_line
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    simulated,
)

_MOCK = re.compile(r"\(MOCK\b")


def _recognises(document: Document) -> bool:
    value = document.json
    return has_keys(value, "detailed_results") and ("model_results" in value or "stats" in value)


def _parts(document: Any) -> Iterator[Part]:
    when = members(document.get("stats")).get("timestamp")
    for number, one in enumerate(entries(document["detailed_results"])):
        yield Part(f"$.detailed_results[{number}]", one, partial(tested, one, when, document))


def tested(value: Any, when: object, document: object) -> dict[str, Any]:
    """The fields of one test; its own hardware is trusted before the key it stands under. Raises ValueError."""
    record = an_object(value)
    status = outcome.claimed("success", record.get("success"))
    fields: dict[str, Any] = {"status": status, "basis": "measured"}
    if status == "failed":
        fields |= outcome.error(record.get("error"), last_line(record.get("stderr")), record.get("stderr"))
    hardware = record.get("hardware")
    mock = {"log_mentions_mock": "true"} if _MOCK.search(str(record.get("stdout"))) else {}
    return simulated(fields, outcome.declared_simulation(record, hardware, document)) | event_fields(
        "model",
        text(record, "model"),
        record.get("timestamp"),
        when,
        hardware=hardware,
        condition={"check": "functionality"},
        attributes=as_attributes(record, "return_code") | mock,
    )


ADAPTERS = (adapter("legacy_model_functionality", _recognises, _parts),)
