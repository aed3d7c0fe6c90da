"""Requests sent to remote or local model services, and tests of the clients that send them. Times are in seconds."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    an_object,
    contradicts,
    entries,
    has_keys,
    metric,
    simulated,
    step,
)
from collectors.adapters.legacy.skill_numbers import simulation

_ERROR_TEXT = re.compile(r"\s*error\b", re.IGNORECASE)
_LONGEST_TEXT_CHARACTERS = 200
_COUNTER = re.compile(r"_\d+$")


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


def _is_queue_requests(document: Document) -> bool:
    value = document.json
    return has_keys(value, "total_requests", "results") and isinstance(value["results"], dict)


def _queue_requests(document: Any) -> Iterator[Part]:
    about = _about(document)
    return _listed(document["results"], "$.results", (), about)


def _about(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: document.get(key) for key in ("model", "api", "timestamp")}


def _listed(
    value: Mapping[str, Any], where: str, names: tuple[str, ...], about: Mapping[str, Any]
) -> Iterator[Part]:
    """Every item of every list below `value`, however deep the lists are."""
    for key, inner in value.items():
        place = step(where, key)
        if isinstance(inner, dict):
            yield from _listed(inner, place, (*names, key), about)
        for number, one in enumerate(entries(inner)):
            scenario = ".".join((*names, key))
            yield Part(f"{place}[{number}]", one, partial(_request, one, scenario, about))


def _request(value: Any, scenario: str, about: Mapping[str, Any]) -> dict[str, Any]:
    record = an_object(value)
    result = request_result(record, "content", "text", "response")
    model = record.get("model") or about.get("model")
    subject = a_name(model or about.get("api"), "model")
    condition = {"check": "request", "scenario": scenario, **as_attributes(about, "api")}
    if isinstance(tag := record.get("tag"), str) and (kind := _COUNTER.sub("", tag)):
        condition["tag"] = kind
    attributes = as_attributes(record, "request_id", "tag", "thread")
    took = "request_latency_mean" if result["status"] == "ok" else "duration"  # a failure has no latency
    result["metrics"] = metric(record, "time_taken", took, "second")
    time = outcome.time(record.get("timestamp"), about.get("timestamp"))
    return (
        simulated(result, simulation(record, None))
        | time.fields
        | {
            "subject_kind": "model" if model else "test",
            "subject": subject,
            "condition": condition,
            "attributes": {**time.attributes, **attributes},
        }
    )


def _is_backoff_queue_test(document: Document) -> bool:
    value = document.json
    keys = ("backoff_test", "queue_test")
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in keys)


def _backoff_queue_test(document: Any) -> Iterator[Part]:
    for key in ("backoff_test", "queue_test"):
        for number, one in enumerate(entries(document.get(key))):
            yield Part(f"$.{key}[{number}]", one, partial(_request, one, key, _about(document)))


def _is_queue_backoff(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "tests") or not isinstance(value["tests"], dict):
        return False
    return "success_count" in value or any(has_keys(one, "exit_code") for one in value["tests"].values())


def _queue_backoff(document: Any) -> Iterator[Part]:
    return _exits(document["tests"], "$.tests", (), document.get("timestamp"))


def _exits(value: Mapping[str, Any], where: str, names: tuple[str, ...], when: object) -> Iterator[Part]:
    for key, inner in value.items():
        place = step(where, key)
        if has_keys(inner, "exit_code"):
            yield Part(place, inner, partial(_exit, inner, (*names, key), when))
        elif isinstance(inner, dict):
            yield from _exits(inner, place, (*names, key), when)


def _exit(record: Mapping[str, Any], names: tuple[str, ...], when: object) -> dict[str, Any]:
    code = record.get("exit_code")
    status = outcome.claimed("exit_code", code if code is not None else record.get("status"))
    time = outcome.time(record.get("timestamp"), when)
    failed = outcome.error(record.get("error"), record.get("stderr")) if status == "failed" else {}
    return {
        "subject_kind": "test",
        "subject": ".".join(names),
        "status": status,
        "basis": "measured",
        "condition": {"check": "integration"},
        "attributes": {**time.attributes, **as_attributes(record, "exit_code", "status")},
        **failed,
        **time.fields,
    }


def _is_api_status(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "apis") or not isinstance(value["apis"], dict):
        return False
    apis = value["apis"].values()
    return not apis or any(has_keys(one, key) for one in apis for key in ("status", "error"))


def _api_status(document: Any) -> Iterator[Part]:
    for api, value in document["apis"].items():
        where = step("$.apis", api)
        yield Part(where, value, partial(_api, api, value, document.get("timestamp")))


def _api(api: str, value: Any, when: object) -> dict[str, Any]:
    record = an_object(value)
    word = record.get("status", record.get("implementation_type"))
    status = outcome.status(word)
    if isinstance(record.get("error"), str):
        result: dict[str, Any] = outcome.failed(record["error"])
    elif status == "failed":
        result = outcome.failed(word)
    elif status == "ok":
        result = outcome.worked()
    else:
        result = outcome.untested(f"the client of the service is {_short(word)}")
    keys = ("status", "implementation_type", "has_core_methods")
    time = outcome.time(record.get("timestamp"), when)
    declared = outcome.declared_simulation(record, None)
    if declared is None and isinstance(word, str) and word.strip("() ").upper() == "MOCK":
        declared = f"status is {word}"
    return (
        simulated(result, declared)
        | time.fields
        | {
            "subject_kind": "test",
            "subject": api,
            "condition": {"check": "api client"},
            "attributes": {**time.attributes, **as_attributes(record, *keys)},
        }
    )


def _short(word: object) -> str:
    return word[:_LONGEST_TEXT_CHARACTERS] if isinstance(word, str) else "of a state nobody told"


def api_of(document: Document) -> str | None:
    """The service that the file's name begins with: the files themselves do not tell it."""
    first = document.name.partition("_")[0].lower()
    return first if first in _SERVICES else None


_SERVICES = frozenset({"openai", "claude", "groq", "ollama", "gemini", "opea", "ovms"})


def model_called(record: Mapping[str, Any], model: object, api: str | None, when: object) -> dict[str, Any]:
    """One call of a remote model, as fields of an event. Raises ValueError."""
    result = request_result(record, "response", "text")
    attributes = as_attributes(record, "tokens", "queue_time", "processing_time", "response_time", "time")
    if result["status"] == "ok":
        result |= _speed(record)
    time = outcome.time(record.get("timestamp"), when)
    return (
        simulated(result, outcome.declared_simulation(record, None))
        | time.fields
        | {
            "subject_kind": "model",
            "subject": a_name(model, "model"),
            "mode": "inference",
            "condition": {"check": "request", **({"api": api} if api else {})},
            "attributes": {**time.attributes, **attributes},
        }
    )


def _speed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Tokens are those of the prompt and of the answer together, a second of processing."""
    key = "response_time" if "response_time" in record else "time"
    metrics = (
        *metric(record, key, "request_latency_mean", "second"),
        *metric(record, "tokens_per_second", "total_token_throughput", "token/second"),
    )
    doubt = _token_doubt(record)
    return {"metrics": metrics} | ({"basis": "suspect", "basis_reason": doubt} if doubt else {})


def _token_doubt(record: Mapping[str, Any]) -> str | None:
    rate, tokens, seconds = (record.get(key) for key in ("tokens_per_second", "tokens", "processing_time"))
    numbers = (rate, tokens, seconds)
    if not all(isinstance(one, int | float) and 0 < one < _LARGEST for one in numbers):
        return None
    ratio = rate * seconds / tokens  # type: ignore[operator]
    if not contradicts(ratio):
        return None
    return f"tokens a second x processing time / tokens is {ratio:.3g}, not 1"


_LARGEST = 1e15

ADAPTERS = (
    adapter("legacy_queue_requests", _is_queue_requests, _queue_requests),
    adapter("legacy_backoff_queue_test", _is_backoff_queue_test, _backoff_queue_test),
    adapter("legacy_queue_backoff", _is_queue_backoff, _queue_backoff),
    adapter("legacy_api_status", _is_api_status, _api_status),
)
