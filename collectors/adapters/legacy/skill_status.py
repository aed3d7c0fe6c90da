"""What a historical skill test says of every platform it tried, and of every example it kept.

A document's `status`, or the document itself where it has none, holds keys such as `cpu_init` and `cuda_handler`. A
record is made of the keys of each platform, of each example, and of the test itself when it has neither.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from collectors.adapters.json_values import as_attributes, whole
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import Part, entries, members, simulated, step
from collectors.adapters.legacy.skill_numbers import leaves, measured, mocked_run, simulation

PLATFORMS = ("cpu", "cuda", "openvino", "apple", "mps", "rocm", "qualcomm", "webnn", "webgpu")
"""The beginnings of keys that tell of a platform."""

_VERSIONS = ("torch_version", "transformers_version", "numpy_version", "python_version")
_MODEL_KEYS = ("model_name", "test_model", "model_id", "model")
_LONGEST_INPUT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill test."""

    value: Mapping[str, Any]
    """The document, or the part of one, that holds its status."""
    where: str
    """The JSON path of `value`."""
    test: str | None
    """The name of the test, where there is one beside the model's."""
    when: object = None
    """When it ran, where its own metadata does not say."""

    @property
    def status(self) -> Mapping[str, Any]:
        """Where the keys of the platforms are."""
        inner = self.value.get("status")
        return inner if isinstance(inner, dict) else self.value

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the test says of its run."""
        return members(self.value.get("metadata"))


def tells_of_platforms(value: object) -> bool:
    """Whether `value` looks like the result of a skill test."""
    if not isinstance(value, dict):
        return False
    status = Skill(value, "$", None).status
    return "test_error" in status or any(_is_of(platform, key) for key in status for platform in PLATFORMS)


def skill_parts(skill: Skill) -> Iterator[Part]:
    """One part a platform, one an example, one for the test when there is neither."""
    is_bare = True
    for part in (*_platforms(skill), *_examples(skill)):
        is_bare = False
        yield part
    if is_bare:
        yield Part(skill.where, skill.value, partial(_bare, skill))


def _place(skill: Skill) -> str:
    return skill.where if skill.status is skill.value else f"{skill.where}.status"


def _is_of(platform: str, key: str) -> bool:
    return key == platform or key.startswith(f"{platform}_")


def _platforms(skill: Skill) -> Iterator[Part]:
    for platform in PLATFORMS:
        told = {key: value for key, value in skill.status.items() if _is_of(platform, key)}
        if told:
            yield Part(f"{_place(skill)}.{platform}*", told, partial(_platform, skill, platform, told))


def _examples(skill: Skill) -> Iterator[Part]:
    for key, value in skill.status.items():
        if key.endswith("_example") and isinstance(value, dict):
            yield Part(step(_place(skill), key), value, partial(_example, skill, key, value))
    for number, value in enumerate(entries(skill.value.get("examples"))):
        if isinstance(value, dict):
            yield Part(f"{skill.where}.examples[{number}]", value, partial(_example, skill, None, value))


def _bare(skill: Skill) -> dict[str, Any]:
    said = skill.status.get("test_error") or skill.value.get("error") or skill.metadata.get("error")
    if isinstance(said, str):
        trace = skill.metadata.get("traceback")
        result: dict[str, Any] = {"status": "failed", "basis": "measured"} | outcome.error(said, trace)
    else:
        result = judged_by_words({key: one for key, one in skill.status.items() if isinstance(one, str)})
    return _common(skill, {"level": "test"}, None) | result


def _platform(skill: Skill, platform: str, told: Mapping[str, Any]) -> dict[str, Any]:
    block = {
        key.removeprefix(platform).removeprefix("_"): value
        for key, value in told.items()
        if not (key.endswith("_example") and isinstance(value, dict))  # a record of its own
    }
    block |= members(block.get(""))
    result = judged_by_words(block)
    if result["status"] == "ok":
        result = measured(block)
    device = next((one for one in _device_names(block) if one), platform)
    times = [one for key, one in block.items() if key.endswith("timestamp")]
    common = _common(skill, {"level": "platform"}, device, *times)
    common["device_kind"] = outcome.hardware(platform).kind
    common["attributes"] |= _words_as_attributes(block)
    return simulated(result, simulation(block, platform) or mocked_run(skill.metadata)) | common


def _device_names(block: Mapping[str, Any]) -> Iterator[str]:
    told = leaves(block)
    for key in ("device_name", "cuda_device", "device_used"):
        if isinstance(value := told.get(key), str):
            yield value


def _words_as_attributes(block: Mapping[str, Any]) -> dict[str, str]:
    keys = [key for key in block if verdict(key, block[key]) is not None]
    found = as_attributes(block, *keys) | as_attributes(leaves(block), "memory_reserved_mb", "iterations")
    return {f"told_{key}" if key else "told": _cut(value) for key, value in found.items()}


def _example(skill: Skill, key: str | None, record: Mapping[str, Any]) -> dict[str, Any]:
    platform = next((one for one in PLATFORMS if key and _is_of(one, key)), None)
    hardware = record.get("platform") or platform
    result = _example_result(record)
    if result["status"] == "ok":
        result = measured(record)
    condition = {"level": "example", **as_attributes(record, "test_type")}
    if key and (name := key.removesuffix("_example").removeprefix(platform or "").lstrip("_")):
        condition["example"] = name
    common = _common(skill, condition, hardware, record.get("timestamp"))
    common["batch_size"] = _batch_size(record)
    keys = ("implementation_type", "implementation", "device", "generated_tokens", "input")
    attributes = as_attributes(record, *keys)
    if result["status"] != "ok":
        attributes |= as_attributes(record, "elapsed_time")
    common["attributes"] |= {name: _cut(value) for name, value in attributes.items()}
    declared = simulation(record, hardware) or mocked_run(skill.metadata)
    return simulated(result, declared) | common


def _batch_size(record: Mapping[str, Any]) -> int | None:
    """Zero stands for no batch in these files."""
    return None if record.get("batch_size") is None else whole(record, "batch_size") or None


def _example_result(record: Mapping[str, Any]) -> dict[str, Any]:
    output = record.get("output")
    said = members(output).get("error") or record.get("error")
    claimed = outcome.status(record.get("status", record.get("success")))
    texts = [one for one in (said, output, members(output).get("text")) if isinstance(one, str)]
    is_error = isinstance(said, str) or any(verdict("output", one) == "failed" for one in texts)
    if is_error or claimed == "failed":
        return {"status": "failed", "basis": "measured"} | outcome.error(*texts)
    return {"status": "ok", "basis": "measured"}


_SUCCESS = re.compile(r"success|valid\s*\(", re.IGNORECASE)
_ABSENT = re.compile(
    r"not available|no \S+-capable device|module not found|not installed|not detected", re.IGNORECASE
)
_FAILURE = re.compile(r"\s*(\(\w+\) *)?(failed\b|error\b|handler error\b|invalid inputs)", re.IGNORECASE)
_REAL = re.compile(r"\s*\(?(real|mock)\)?( - .*)?\s*$", re.IGNORECASE)
_UNKNOWN = re.compile(r"\s*(unknown|not tested|none)\s*$", re.IGNORECASE)


def verdict(key: str, value: object) -> str | None:
    """The status that the value under `key` claims; None for outputs, types and the like, which claim none."""
    if isinstance(value, bool) and key in {"", "success"}:
        return "ok" if value else "failed"
    if not isinstance(value, str) or not value.strip():
        return None
    if key == "error" or key.endswith("_error"):
        return "failed"
    return next((status for pattern, status in _CLAIMS if pattern.match(value)), None) or (
        "skipped" if _ABSENT.search(value) else None
    )


_CLAIMS = ((_SUCCESS, "ok"), (_FAILURE, "failed"), (_REAL, "ok"), (_UNKNOWN, "untested"))


def judged_by_words(block: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome that the words in a block claim together: one failure inside outweighs a success."""
    flat = leaves(block)
    told = [(one, verdict(key, one)) for key, one in flat.items()]
    if any(status == "failed" for _, status in told):
        said = [one for one, status in told if status == "failed" and isinstance(one, str)]
        return {"status": "failed", "basis": "measured"} | outcome.error(*said)
    claims = {status for _, status in told}
    if "ok" in claims:
        return {"status": "ok", "basis": "measured"}
    if "skipped" in claims:
        reason = next(str(one) for one, status in told if status == "skipped")
        return {
            "status": "skipped",
            "basis": "untested",
            "basis_reason": reason,
            "error_class": "device_absent",
        }
    return outcome.untested("the test does not say what became of it")


def _common(skill: Skill, condition: Mapping[str, str], device: object, *times: object) -> dict[str, Any]:
    metadata = skill.metadata
    time = outcome.time(*times, metadata.get("test_timestamp"), metadata.get("timestamp"), skill.when)
    model = _model(skill)
    subject = model or skill.test
    if not subject:
        raise ValueError("neither a model nor a test is named")
    attributes = {**time.attributes, **as_attributes(metadata, *_VERSIONS, "model_type")}
    if model and skill.test:
        attributes["test"] = skill.test
    if stated := next((one for one in _stated_models(skill) if one != model), None):
        attributes["stated_model"] = stated
    return {
        "subject_kind": "model" if model else "test",
        "subject": subject,
        "condition": {"check": "skill", **condition},
        "attributes": attributes,
        **outcome.hardware(device).fields,
        **time.fields,
    }


def _stated_models(skill: Skill) -> Iterator[str]:
    for place in (skill.metadata, skill.value, skill.status):
        for key in _MODEL_KEYS:
            if isinstance(value := place.get(key), str) and value.strip():
                yield value


def _model(skill: Skill) -> str | None:
    """The model that answered, a fallback or not; a folder it was built in names none."""
    return next(
        (one for one in _stated_models(skill) if one[0] not in "/~.:" and one.lower() != "unknown"), None
    )


def _cut(value: str) -> str:
    whole_text = len(value) <= _LONGEST_INPUT_CHARACTERS
    return value if whole_text else f"{value[: _LONGEST_INPUT_CHARACTERS - 3]}..."
