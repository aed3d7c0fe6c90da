"""Which models a service or the model hub offers, and how single calls of them went. Times are in seconds."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, shown, text
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.calls import api_of, model_called
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    metric,
    named_adapter,
    step,
)

_LONGEST_TEXT_CHARACTERS = 200
_ANSWERED = ("status", "code", "actual_model", "model_reported", "official", "in_known_list")


def _is_api_model_perf(document: Document) -> bool:
    value = document.json
    return (
        has_keys(value, "models")
        and isinstance(value["models"], list)
        and any(has_keys(one, "model", "success") for one in value["models"])
    )


def _api_model_perf(document: Document) -> Iterator[Part]:
    when, api = document.json.get("timestamp"), api_of(document)
    for number, one in enumerate(document.json["models"]):
        yield Part(f"$.models[{number}]", one, partial(_listed_call, one, api, when))


def _listed_call(value: Any, api: str | None, when: object) -> dict[str, Any]:
    record = an_object(value)
    return model_called(record, record.get("model"), api, when)


_EXPLORED = ("temperature_results", "system_prompt_results", "model_comparison", "streaming_results")


def _is_api_exploration(document: Document) -> bool:
    value = document.json
    return isinstance(value, dict) and any(isinstance(value.get(key), dict) for key in _EXPLORED)


def _api_exploration(document: Document) -> Iterator[Part]:
    value, api = document.json, api_of(document)
    when = value.get("timestamp")
    for key in _EXPLORED[:3]:
        for name, one in members(value.get(key)).items():
            yield Part(step(f"$.{key}", name), one, partial(_explored, key, name, one, api, when))
    if members(value.get("streaming_results")):
        one = value["streaming_results"]
        yield Part("$.streaming_results", one, partial(_explored, "streaming_results", "", one, api, when))


def _explored(key: str, name: str, value: Any, api: str | None, when: object) -> dict[str, Any]:
    record = {"response": value} if isinstance(value, str) else an_object(value)
    answered = record if "success" in record else {**record, "success": "error" not in record}
    if key == "model_comparison":
        return model_called(answered, name, api, when)
    called = model_called(answered, "unnamed", api, when)
    kind = key.removesuffix("_results")
    condition = {"check": "request", **({"api": api} if api else {})}
    if name:
        condition[kind] = name
    attributes = as_attributes(record, "system", "chunks", "total_chars")
    cut = {name: said[:_LONGEST_TEXT_CHARACTERS] for name, said in attributes.items()}
    return called | {
        "subject_kind": "test",
        "subject": kind,
        "condition": condition,
        "attributes": called["attributes"] | cut,
    }


def _is_api_model_check(document: Document) -> bool:
    value = document.json
    keys = ("invalid_models", "undocumented_models")
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in keys)


def _api_model_check(document: Document) -> Iterator[Part]:
    when, api = document.json.get("timestamp"), api_of(document)
    for key in ("invalid_models", "undocumented_models"):
        for number, one in enumerate(entries(document.json.get(key))):
            yield Part(f"$.{key}[{number}]", one, partial(_checked, key, one, api, when))


def _checked(key: str, value: Any, api: str | None, when: object) -> dict[str, Any]:
    record = {"name": value} if isinstance(value, str) else an_object(value)
    model = text(record, "name" if "name" in record else "model")
    details = record.get("reason", record.get("details"))
    answer = details if isinstance(details, dict) else {"message": details}
    is_offered = answer.get("status") == "available" or (
        "status" not in answer and key == "undocumented_models"
    )
    fields = _available(model, api, when, as_attributes(answer, *_ANSWERED))
    if is_offered:
        return fields
    said = (answer.get("error"), answer.get("message"), answer.get("status"))
    return fields | {"status": "failed"} | outcome.error(*said)


def _available(model: str, api: str | None, when: object, attributes: Mapping[str, str]) -> dict[str, Any]:
    condition = {"check": "availability", **({"api": api} if api else {})}
    return outcome.worked() | event_fields("model", model, when, condition=condition, attributes=attributes)


def _is_api_model_exploration(document: Document) -> bool:
    return has_keys(document.json, "known_models", "discovered_models")


def _api_model_exploration(document: Document) -> Iterator[Part]:
    value, api = document.json, api_of(document)
    when = value.get("timestamp")
    for model, one in members(value.get("model_details")).items():
        yield Part(step("$.model_details", model), one, partial(_detailed, model, one, api, when))
    for model, one in members(value.get("performance_metrics")).items():
        where = step("$.performance_metrics", model)
        yield Part(where, one, partial(_timed, model, one, api, when))


def _detailed(model: str, value: Any, api: str | None, when: object) -> dict[str, Any]:
    return _checked("undocumented_models", {"name": model, "details": an_object(value)}, api, when)


def _timed(model: str, value: Any, api: str | None, when: object) -> dict[str, Any]:
    return model_called(an_object(value), model, api, when)


def _is_model_access_list(document: Document) -> bool:
    value = document.json
    return isinstance(value, list) and any(has_keys(one, "name", "exists") for one in value)


def _model_access_list(document: Any) -> Iterator[Part]:
    for number, one in enumerate(document):
        yield Part(f"$[{number}]", one, partial(_access, one))


def _access(value: Any) -> dict[str, Any]:
    record = an_object(value)
    keys = (
        "exists",
        "requires_token",
        "actual_requires_token",
        "private",
        "download_tested",
        "config_loaded",
    )
    fields = _available(text(record, "name"), "huggingface hub", None, as_attributes(record, *keys))
    fields["metrics"] = metric(record, "config_time", "duration", "second")
    said = next((record[key] for key in ("download_error", "error") if record.get(key)), None)
    needs_token = True in (record.get("requires_token"), record.get("actual_requires_token"))
    if record.get("exists") is False or said:
        reason = said or "the model does not exist"
    elif needs_token:
        reason = "the model asks for a token"
    elif record.get("exists") is True:
        return fields
    else:
        reason = f"exists: {shown(record.get('exists'))}"
        return fields | outcome.untested(reason)
    return fields | {"status": "failed", "metrics": ()} | outcome.error(reason)


ADAPTERS = (
    named_adapter("legacy_api_model_perf", _is_api_model_perf, _api_model_perf),
    named_adapter("legacy_api_exploration", _is_api_exploration, _api_exploration),
    named_adapter("legacy_api_model_exploration", _is_api_model_exploration, _api_model_exploration),
    named_adapter("legacy_api_model_check", _is_api_model_check, _api_model_check),
    adapter("legacy_model_access_list", _is_model_access_list, _model_access_list),
)
