"""The files that hold skill tests: one test or many, bare or with the log of the run that made them.

`elapsed_time` is in seconds.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes
from collectors.adapters.legacy import devices, outcome
from collectors.adapters.legacy.logs import ends_of_logs, last_line
from collectors.adapters.legacy.record import (
    Part,
    a_name,
    adapter,
    an_object,
    event_fields,
    has_keys,
    members,
    metric,
    named_adapter,
    simulated,
    step,
)
from collectors.adapters.legacy.skill_blocks import PLATFORMS
from collectors.adapters.legacy.skill_numbers import simulation, with_numbers
from collectors.adapters.legacy.skill_status import Skill, skill_parts, tells_of_platforms
from collectors.adapters.legacy.skill_words import judged_by_words

_LONGEST_TEXT_CHARACTERS = 1_000
_STAMPS = frozenset({"simulated_hardware", "warnings", "metadata"})
"""What stands beside the tests of a collection: said of it later, or of its run."""
_FILE_ENDS = ("_test_results", "_results")


def _test_run(value: Any, test: str | None, when: object) -> dict[str, Any]:
    """The run of a test file: whether it ended well, and how long it took. Raises ValueError."""
    record = an_object(value)
    code = record.get("return_code", record.get("returncode"))
    status = outcome.status(code if code is not None else record.get("status", record.get("success")))
    told = as_attributes(record, "return_code", "json_parse_error")
    return _run_outcome(record, status) | event_fields(
        "test",
        a_name(record.get("test_file") or test, "test"),
        record.get("timestamp"),
        when,
        condition={"check": "skill", "level": "run"},
        attributes=told | ends_of_logs(record, "stdout", "stderr"),
        metrics=metric(record, "elapsed_time", "duration", "second"),
    )


def _run_outcome(record: Mapping[str, Any], status: str | None) -> dict[str, Any]:
    stderr = record.get("stderr")
    inner = Skill(members(record.get("json_result")), "$", None).status.get("test_error")
    said = record.get("error") or record.get("timeout_error") or inner
    if status == "failed" or said:
        return outcome.failed(said, last_line(stderr), stderr)
    if status == "ok":
        return outcome.worked()
    return outcome.untested("the run does not say how it ended")


def _run_parts(where: str, value: Any, test: str | None, when: object) -> Iterator[Part]:
    yield Part(where, value, partial(_test_run, value, test, when))
    result = members(value).get("json_result")
    if isinstance(result, dict):
        name = members(value).get("test_file") or test
        yield from skill_parts(
            Skill(result, f"{where}.json_result", name if isinstance(name, str) else None, when)
        )


def _skill_tests(document: Any) -> Iterator[Part]:
    for test, value in members(document["skill_tests"]).items():
        yield from _run_parts(step("$.skill_tests", test), value, test, document.get("timestamp"))


def _skill_test_run(document: Any) -> Iterator[Part]:
    return _run_parts("$", document, None, document.get("timestamp"))


def _is_skill_perf(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "metadata", "results") or "examples" in value:
        return False
    is_of_runner = has_keys(value["metadata"], "test_file", "model", "execution_time")
    return isinstance(value["results"], dict) and (is_of_runner or tells_of_platforms(value["results"]))


def _skill_perf(document: Any) -> Iterator[Part]:
    metadata = members(document["metadata"])
    test = metadata.get("model") or metadata.get("test_file")
    name = test if isinstance(test, str) else None
    return skill_parts(Skill(document["results"], "$.results", name, metadata.get("timestamp")))


def _of_file(document: Document) -> Iterator[Part]:
    name = PurePath(document.name).stem
    for end in _FILE_ENDS:
        name = name.removesuffix(end)
    return skill_parts(Skill(document.json, "$", name or None))


def _is_status_with_examples(document: Document) -> bool:
    value = document.json
    return (
        has_keys(value, "status", "examples")
        and isinstance(value["status"], dict)
        and isinstance(value["examples"], list)
    )


def _is_flat(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict):
        return False
    ends = ("init", "tests", "handler")
    is_tested = any(f"{platform}_{end}" in value for platform in PLATFORMS for end in ends)
    return is_tested or isinstance(value.get("test_error"), str)


def _is_collected(document: Document) -> bool:
    """Texts alone are tests only where nothing else is there: many a document has a `test_date`."""
    value = document.json
    if not isinstance(value, dict) or "test_file" in value:
        return False
    tests = [one for key, one in value.items() if key.startswith("test_")]
    others = [one for key, one in value.items() if not key.startswith("test_") and key not in _STAMPS]
    if any(tells_of_platforms(one) for one in tests):
        return not any(isinstance(one, dict | list) for one in others)
    return not others and any(isinstance(one, str) for one in tests)


def _collected(document: Any) -> Iterator[Part]:
    for test, value in document.items():
        where = step("$", test)
        if not test.startswith("test_"):
            continue
        if isinstance(value, dict):
            yield from skill_parts(Skill(value, where, test))
        elif isinstance(value, str):
            yield Part(where, value, partial(_one_word, test, value))


def _one_word(test: str, said: str) -> dict[str, Any]:
    """A test of which only one text is kept, mostly the text of an exception."""
    status = outcome.status(said)
    if status == "failed":
        result = outcome.failed(said)
    elif status == "skipped":
        result = outcome.skipped(said[:_LONGEST_TEXT_CHARACTERS])
    elif status == "ok":
        result = outcome.worked()
    else:
        result = outcome.untested(f"the text says neither success nor failure: {said[:200] or 'it is empty'}")
    return simulated(result, simulation({"result": said}, None)) | event_fields(
        "test",
        test,
        condition={"check": "skill", "level": "test"},
        attributes={"text": said[:_LONGEST_TEXT_CHARACTERS]} if said.strip() else {},
    )


def _is_platform_tests(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "model", "tests") or not isinstance(value["tests"], dict):
        return False
    return any(
        has_keys(one, "status") or (has_keys(one, "success") and devices.hardware(platform).kind)
        for platform, one in value["tests"].items()
    )


def _platform_tests(document: Any) -> Iterator[Part]:
    for platform, value in document["tests"].items():
        yield Part(step("$.tests", platform), value, partial(_platform_test, platform, value, dict(document)))


def _platform_test(platform: str, value: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    record = an_object(value)
    hardware = record.get("platform") or platform
    model = record.get("model") or document.get("model")
    result = with_numbers(judged_by_words(record), record)
    return simulated(result, simulation(record, hardware)) | event_fields(
        "model",
        a_name(model, "model"),
        record.get("timestamp"),
        document.get("timestamp"),
        hardware=hardware,
        condition={"check": "skill", "level": "platform"},
        attributes=as_attributes(record, "status"),
    )


def _has(*keys: str) -> Callable[[Document], bool]:
    return lambda document: has_keys(document.json, *keys)


def _has_tests(document: Document) -> bool:
    value = document.json
    return has_keys(value, "skill_tests") and isinstance(value["skill_tests"], dict)


ADAPTERS = (
    adapter("legacy_skill_tests", _has_tests, _skill_tests),
    adapter("legacy_skill_test_run", _has("test_file", "return_code", "stdout"), _skill_test_run),
    adapter("legacy_skill_platform_tests", _is_platform_tests, _platform_tests),
    named_adapter("legacy_skill_status_ems", _is_status_with_examples, _of_file),
    adapter("legacy_skill_perf", _is_skill_perf, _skill_perf),
    adapter("legacy_collected_skills", _is_collected, _collected),
    named_adapter("legacy_skill_status_flat", _is_flat, _of_file),
)
