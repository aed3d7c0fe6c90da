"""One request to a model, whichever document tells of it: whether it was answered, and in how many seconds."""

import re
from collections.abc import Mapping
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import a_name, event_fields, metric, rate_doubt, simulated

_ERROR_TEXT = re.compile(r"\s*error\b", re.IGNORECASE)
_SERVICES = frozenset({"openai", "claude", "groq", "ollama", "gemini", "opea", "ovms"})


def request_result(record: Mapping[str, Any], *answers: str) -> dict[str, Any]:
    """Whether a request was answered: a success whose answer is the text of an error is none. Raises ValueError.

    `answers` are the keys the answer may stand under.
    """
    status = outcome.status(record.get("success"))
    errors = [
        record[key]
        for key in answers
        if isinstance(record.get(key), str) and _ERROR_TEXT.match(record[key]) is not None
    ]
    said = record.get("error")
    if status == "failed" or errors or (isinstance(said, str) and said):
        return outcome.failed(said, *errors)
    return {"status": outcome.claimed("success", record.get("success")), "basis": "measured"}


def api_of(document: Document) -> str | None:
    """The service that the file's name begins with: the files themselves do not tell it."""
    first = document.name.partition("_")[0].lower()
    return first if first in _SERVICES else None


def model_called(record: Mapping[str, Any], model: object, api: str | None, when: object) -> dict[str, Any]:
    """One call of a remote model, as fields of an event. Raises ValueError."""
    result = request_result(record, "response", "text")
    attributes = as_attributes(record, "tokens", "queue_time", "processing_time", "response_time", "time")
    if result["status"] == "ok":
        result |= _speed(record)
    return simulated(result, outcome.declared_simulation(record, None)) | event_fields(
        "model",
        a_name(model, "model"),
        record.get("timestamp"),
        when,
        mode="inference",
        condition={"check": "request", **({"api": api} if api else {})},
        attributes=attributes,
    )


def _speed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Tokens are those of the prompt and of the answer together, a second of processing."""
    key = "response_time" if "response_time" in record else "time"
    metrics = (
        *metric(record, key, "request_latency_mean", "second"),
        *metric(record, "tokens_per_second", "total_token_throughput", "token/second"),
    )
    doubt = rate_doubt(record, "tokens", "processing_time")
    return {"metrics": metrics} | ({"basis": "suspect", "basis_reason": doubt} if doubt else {})
