"""What was found in the source of tests by reading it, and what a program changed there: nothing was run.

Such records say what the code of a test claims to support. Their basis is `estimated`, for no device ever saw it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    entries,
    event_fields,
    has_keys,
    members,
    step,
)

_STATIC = {"basis": "estimated", "basis_reason": "static analysis of source code, nothing ran"}
_NAMES = ("file", "file_path", "test_file", "path", "model_name", "model", "name")
_LONGEST_LIST_CHARACTERS = 1_000
_STATUS_KEYS = ("success", "status", "fixed", "result")


def _static(
    record: Mapping[str, Any], check: str, status: str, subject: str, hardware: object = None
) -> dict[str, Any]:
    return {"status": status, **_STATIC} | event_fields(
        "test",
        subject,
        record.get("timestamp"),
        hardware=hardware,
        condition={"check": check},
        attributes=_plain(record),
    )


def _plain(record: Mapping[str, Any]) -> dict[str, str]:
    """Plain values as they are, lists of texts joined; the name of the file is the subject."""
    found = as_attributes(record, *(key for key in record if key not in {"timestamp", "stdout", "stderr"}))
    for key, value in record.items():
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            found[key] = "; ".join(value)
        if isinstance(value, dict) and value and all(isinstance(one, bool) for one in value.values()):
            found[key] = "; ".join(name for name, is_there in value.items() if is_there)
    return {key: said[:_LONGEST_LIST_CHARACTERS] for key, said in found.items() if said}


def _subject(record: Mapping[str, Any]) -> str:
    for key in _NAMES:
        if isinstance(value := record.get(key), str) and value.strip():
            return value.rpartition("/")[2] or value
    raise ValueError("neither a file nor a model is named")


def _read(value: Any, check: str) -> dict[str, Any]:
    """One file that was read, and perhaps changed."""
    record = an_object(value)
    told = next((record[key] for key in _STATUS_KEYS if record.get(key) is not None), None)
    status = outcome.status(told) or ("failed" if record.get("error") else "ok")
    fields = _static(record, check, status, _subject(record), record.get("platform", record.get("hardware")))
    if status == "failed":
        fields |= outcome.error(record.get("error"), record.get("stderr"), told)
    return fields


def _listed(key: str, check: str) -> Callable[[Any], Iterable[Part]]:
    def parts(document: Any) -> Iterator[Part]:
        for number, one in enumerate(entries(document[key])):
            yield Part(f"$.{key}[{number}]", one, partial(_read, one, check))

    return parts


def _fix_list(document: Any) -> Iterator[Part]:
    for number, one in enumerate(document):
        yield Part(f"$[{number}]", one, partial(_read, one, "code fix"))


def _has_list(key: str) -> Callable[[Document], bool]:
    return lambda document: has_keys(document.json, key) and isinstance(document.json[key], list)


def _is_fix_list(document: Document) -> bool:
    value = document.json
    if not isinstance(value, list) or not value:
        return False
    return all(
        isinstance(one, dict)
        and any(key in one for key in _NAMES)
        and any("fix" in key for key in one)
        and "exists" not in one
        for one in value
    )


def _is_coverage_report(document: Document) -> bool:
    value = document.json
    return has_keys(value, "platform_coverage", "model_results") and isinstance(
        value["platform_coverage"], dict | list
    )


def _coverage_report(document: Any) -> Iterator[Part]:
    platforms = [one for one in document["platform_coverage"] if isinstance(one, str)]
    when = next((document[key] for key in ("timestamp", "generated_at", "date") if key in document), None)
    for where, model, value in _models(document["model_results"]):
        for platform in platforms:
            covered = _of_platform(value, platform)
            yield Part(
                step(where, platform), covered, partial(_covered, model, platform, covered, value, when)
            )


def _models(results: Any) -> Iterator[tuple[str, object, Any]]:
    for model, value in members(results).items():
        yield step("$.model_results", model), model, value
    for number, value in enumerate(entries(results)):
        name = members(value).get("model") or members(value).get("model_name")
        yield f"$.model_results[{number}]", name, value


def _of_platform(value: Any, platform: str) -> Any:
    """What is said of the platform, however deep; True or False where platforms are only listed."""
    if isinstance(value, dict):
        if platform in value:
            return value[platform]
        inner = (_of_platform(one, platform) for key, one in value.items() if "missing" not in key)
        if (found := next((one for one in inner if one is not None), None)) is not None:
            return found
        missing = next((one for key, one in value.items() if "missing" in key), None)
        return False if isinstance(missing, list) and platform in missing else None
    if isinstance(value, list):
        if platform in value:
            return True
        inner = (_of_platform(one, platform) for one in value)
        return next((one for one in inner if one is not None), None)
    return None


def _covered(model: object, platform: str, covered: Any, value: Any, when: object) -> dict[str, Any]:
    subject = a_name(model, "model")
    record = {"covered": covered} if isinstance(covered, str | bool | int | float) else members(covered)
    words = [record[key] for key in ("covered", "implemented", "supported", "status") if key in record]
    is_covered = next((said for word in words if (said := _is_covered(word)) is not None), None)
    if is_covered is None and isinstance(covered, dict) and covered:
        flags = [one for one in covered.values() if isinstance(one, bool)]
        is_covered = all(flags) if flags else None
    about: dict[str, Any] = {
        key: one for key, one in members(value).items() if not isinstance(one, dict | list)
    }
    about["timestamp"] = about.get("timestamp") or when
    fields = _static({**about, **record}, "static coverage", "ok", subject, platform)
    if is_covered is None:
        why = about.get("error") or "nothing is told of this platform"
        reason = f"static analysis of source code: {why}"
        return fields | outcome.untested(reason)
    return fields | {"status": "ok" if is_covered else "untested"}


def _is_covered(word: object) -> bool | None:
    if isinstance(word, bool):
        return word
    if isinstance(word, int | float):
        return word > 0
    if not isinstance(word, str):
        return None
    small = word.strip().lower()
    if any(sign in small for sign in ("missing", "not ", "none", "false", "no ", "❌")) or small == "no":
        return False
    return True if small else None


ADAPTERS = (
    adapter("legacy_coverage_report", _is_coverage_report, _coverage_report),
    adapter("legacy_fix_analysis", _has_list("files_analyzed"), _listed("files_analyzed", "code analysis")),
    adapter("legacy_fix_report", _has_list("files_details"), _listed("files_details", "code fix")),
    adapter("legacy_fix_list", _is_fix_list, _fix_list),
)
