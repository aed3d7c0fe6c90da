"""Requests sent to remote or local model services, and tests of the clients that send them. Times are in seconds."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.calls import request_result
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    metric,
    simulated,
    step,
)
from collectors.adapters.legacy.skill_numbers import simulation

_LONGEST_TEXT_CHARACTERS = 200
_COUNTER = re.compile(r"_\d+$")


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
    condition = {"check": "request", "scenario": scenario, **as_attributes(about, "api")}
    if isinstance(tag := record.get("tag"), str) and (kind := _COUNTER.sub("", tag)):
        condition["tag"] = kind
    took = "request_latency_mean" if result["status"] == "ok" else "duration"  # a failure has no latency
    result["metrics"] = metric(record, "time_taken", took, "second")
    return simulated(result, simulation(record, None)) | event_fields(
        "model" if model else "test",
        a_name(model or about.get("api"), "model"),
        record.get("timestamp"),
        about.get("timestamp"),
        condition=condition,
        attributes=as_attributes(record, "request_id", "tag", "thread"),
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
    failed = outcome.error(record.get("error"), record.get("stderr")) if status == "failed" else {}
    return {"status": status, "basis": "measured", **failed} | event_fields(
        "test",
        ".".join(names),
        record.get("timestamp"),
        when,
        condition={"check": "integration"},
        attributes=as_attributes(record, "exit_code", "status"),
    )


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
    declared = outcome.declared_simulation(record, None)
    if declared is None and isinstance(word, str) and word.strip("() ").upper() == "MOCK":
        declared = f"status is {word}"
    return simulated(result, declared) | event_fields(
        "test",
        api,
        record.get("timestamp"),
        when,
        condition={"check": "api client"},
        attributes=as_attributes(record, *keys),
    )


def _short(word: object) -> str:
    return word[:_LONGEST_TEXT_CHARACTERS] if isinstance(word, str) else "of a state nobody told"


ADAPTERS = (
    adapter("legacy_queue_requests", _is_queue_requests, _queue_requests),
    adapter("legacy_backoff_queue_test", _is_backoff_queue_test, _backoff_queue_test),
    adapter("legacy_queue_backoff", _is_queue_backoff, _queue_backoff),
    adapter("legacy_api_status", _is_api_status, _api_status),
)
