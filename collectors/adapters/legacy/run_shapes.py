"""Whether tests, generators and single models ran: one outcome each, with the time it took in seconds."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, shown
from collectors.adapters.legacy import devices, outcome
from collectors.adapters.legacy.logs import ends_of_logs, last_line
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    metric,
    simulated,
    step,
)
from collectors.adapters.legacy.skill_numbers import simulation

_STATUS_KEYS = ("return_code", "returncode", "success", "status")
_ATTRIBUTES = ("return_code", "returncode", "output_type", "implementation_type", "test_file", "output_file")


def _outcome(record: Mapping[str, Any]) -> dict[str, Any]:
    """What became of it: one word that says failed outweighs the others. Raises ValueError when none says anything."""
    told = [outcome.status(record[key]) for key in _STATUS_KEYS if record.get(key) is not None]
    claims = [one for one in told if one is not None]
    error = record.get("error")
    if "failed" in claims or (isinstance(error, str) and error):
        stderr = record.get("stderr")
        said = (error, last_line(stderr), record.get("stdout"), record.get("traceback"), stderr)
        return outcome.failed(*said)
    word = record.get("status")
    if not claims and not isinstance(word, str):
        raise ValueError(f"status: {shown(word)} says nothing")
    if "skipped" in claims:
        return outcome.skipped(str(word))
    if "ok" not in claims:  # such as `missing`: there was no test to run
        return outcome.untested(f"status: {shown(word)}")
    return outcome.worked()


def _ran(
    value: Any, kind: str, subject: object, check: str, when: object = None, *, hardware: object = None
) -> dict[str, Any]:
    """The fields of one run. Raises ValueError."""
    record = an_object(value)
    attributes = as_attributes(record, *_ATTRIBUTES) | ends_of_logs(record, "stdout", "stderr")
    return simulated(_outcome(record), simulation(record, hardware)) | event_fields(
        kind,
        a_name(subject, kind),
        record.get("timestamp"),
        when,
        hardware=hardware,
        condition={"check": check},
        attributes=attributes,
        metrics=metric(record, "elapsed_time", "duration", "second"),
    )


def _is_generation_summary(document: Document) -> bool:
    value = document.json
    keys = ("generation_results", "execution_results")
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in keys)


def _generation_summary(document: Any) -> Iterator[Part]:
    when = document.get("timestamp")
    for key, check in (("generation_results", "test generation"), ("execution_results", "generated test")):
        for number, one in enumerate(entries(document.get(key))):
            yield Part(f"$.{key}[{number}]", one, partial(_generated, one, check, when))


def _generated(value: Any, check: str, when: object) -> dict[str, Any]:
    names = ("model_type", "model", "test_file", "file")
    subject = next((one for key in names if isinstance(one := members(value).get(key), str)), None)
    return _ran(value, "test", subject.rpartition("/")[2] if subject else None, check, when)


def _is_new_models(document: Document) -> bool:
    value = document.json
    return (
        has_keys(value, "summary", "tests")
        and isinstance(value["tests"], list)
        and all(has_keys(one, "status", "model") for one in value["tests"][:1])
    )


def _new_models(document: Any) -> Iterator[Part]:
    when = document.get("timestamp") or members(document["summary"]).get("timestamp")
    for number, one in enumerate(document["tests"]):
        model = members(one).get("model")
        yield Part(f"$.tests[{number}]", one, partial(_ran, one, "test", model, "functionality", when))


def _is_critical_models(document: Document) -> bool:
    value = document.json
    return has_keys(value, "model_results", "test_timestamp") and isinstance(value["model_results"], dict)


def _critical_models(document: Any) -> Iterator[Part]:
    when = document["test_timestamp"]
    for model, one in document["model_results"].items():
        where = step("$.model_results", model)
        yield Part(where, one, partial(_ran, one, "test", model, "functionality", when))


def _is_validation_list(document: Document) -> bool:
    value = document.json
    return isinstance(value, list) and any(has_keys(one, "model", "platform", "success") for one in value)


def _validation_list(document: Any) -> Iterator[Part]:
    for number, one in enumerate(document):
        yield Part(f"$[{number}]", one, partial(_validated, one))


def _validated(value: Any) -> dict[str, Any]:
    record = an_object(value)
    return _ran(record, "test", record.get("model"), "validation", hardware=record.get("platform"))


_WAYS = ("pipeline", "from_pretrained")


def _is_simple_test(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "results", "metadata") or not isinstance(value["results"], dict):
        return False
    return bool(value["results"].keys() & set(_WAYS)) and any(
        has_keys(one, "success") for one in value["results"].values()
    )


def _simple_test(document: Any) -> Iterator[Part]:
    metadata = members(document["metadata"])
    for way, one in document["results"].items():
        yield Part(step("$.results", way), one, partial(_simple, way, one, metadata))


def _simple(way: str, value: Any, metadata: Mapping[str, Any]) -> dict[str, Any]:
    record = an_object(value)
    model = record.get("model") or metadata.get("model")
    device = record.get("device")
    fields = _ran(record, "model", model, "functionality", metadata.get("timestamp"), hardware=device)
    fields["condition"]["way"] = way
    return fields


def _is_hw_test(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "results", "examples", "metadata") or "performance" in value:
        return False
    results = value["results"]
    return isinstance(results, dict) and any(
        isinstance(one, dict | str) and devices.hardware(key).kind is not None for key, one in results.items()
    )


def _hw_test(document: Any) -> Iterator[Part]:
    for platform, one in document["results"].items():
        if isinstance(one, dict | str):
            where = step("$.results", platform)
            yield Part(where, one, partial(_on_hardware, platform, one, members(document["metadata"])))


def _on_hardware(platform: str, value: Any, metadata: Mapping[str, Any]) -> dict[str, Any]:
    record = _of_one_word(value) if isinstance(value, str) else value
    names = ("model_id", "model_name", "model", "model_path")
    model = next((one for key in names if isinstance(one := metadata.get(key), str)), None)
    told = record if any(key in record for key in _STATUS_KEYS) else {**record, "status": record.get("init")}
    fields = _ran(told, "model", model, "functionality", metadata.get("timestamp"), hardware=platform)
    if fields["status"] == "ok":
        fields["metrics"] = metric(record, "execution_time", "latency_mean", "second")
    return fields


def _of_one_word(said: str) -> dict[str, Any]:
    return {"status": said, "error": said if outcome.status(said) == "failed" else None}


def _is_real_vs_sim(document: Document) -> bool:
    value = document.json
    return has_keys(value, "model", "platform", "success") and (
        "execution_time" in value or "total_execution_time" in value
    )


def _real_vs_sim(document: Any) -> Iterator[Part]:
    yield Part("$", document, partial(_single, document))


def _single(record: Mapping[str, Any]) -> dict[str, Any]:
    platform = record.get("platform")
    fields = _ran(record, "model", record.get("model"), "functionality", hardware=platform)
    if fields["status"] == "ok":
        fields["metrics"] = metric(record, "execution_time", "duration", "second")
    else:
        fields["attributes"] |= as_attributes(record, "execution_time")
    fields["attributes"] |= as_attributes(record, "total_execution_time")
    return fields


_RECOGNISED: tuple[tuple[str, Callable[[Document], bool], Callable[[Any], Iterator[Part]]], ...] = (
    ("legacy_generation_summary", _is_generation_summary, _generation_summary),
    ("legacy_new_models", _is_new_models, _new_models),
    ("legacy_critical_models", _is_critical_models, _critical_models),
    ("legacy_validation_list", _is_validation_list, _validation_list),
    ("legacy_simple_test", _is_simple_test, _simple_test),
    ("legacy_hw_test", _is_hw_test, _hw_test),
    ("legacy_real_vs_sim", _is_real_vs_sim, _real_vs_sim),
)

ADAPTERS = tuple(adapter(name, recognises, parts) for name, recognises, parts in _RECOGNISED)
