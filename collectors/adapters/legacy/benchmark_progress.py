"""`benchmark_progress_*.json`: which benchmarks of a batch are done, have failed, were skipped."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, text
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    simulated,
)

_LISTS = {"completed_benchmarks": "ok", "failed_benchmarks": "failed", "skipped_benchmarks": "skipped"}


def _recognises(document: Document) -> bool:
    return has_keys(document.json, *_LISTS)


def _parts(document: Any) -> Iterator[Part]:
    for key, status in _LISTS.items():
        for number, one in enumerate(entries(document[key])):
            yield Part(f"$.{key}[{number}]", one, partial(_fields, one, status, document))


def _fields(value: Any, status: str, document: Any) -> dict[str, Any]:
    record = {"model": value} if isinstance(value, str) else an_object(value)
    hardware = record.get("hardware_type") or record.get("hardware")
    fields: dict[str, Any] = {"status": status, "basis": "measured"}
    if status == "failed":
        fields |= outcome.error(record.get("error"), record.get("stderr"))
    elif status == "skipped":
        reason = record.get("reason") or record.get("error")
        fields |= {"basis": "untested", "basis_reason": f"skipped: {reason or 'no reason given'}"}
    return simulated(fields, outcome.declared_simulation(record, hardware, document)) | event_fields(
        "model",
        text(record, "model_type" if "model_type" in record else "model"),
        record.get("timestamp"),
        document.get("timestamp"),
        hardware=hardware,
        condition={"check": "benchmark of a batch"},
        attributes=as_attributes(record, "error_type"),
    )


ADAPTERS = (adapter("legacy_benchmark_progress", _recognises, _parts),)
