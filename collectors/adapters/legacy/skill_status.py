"""What a historical skill test says of every platform it tried, and of every example it kept.

A document's `status`, or the document itself where it has none, holds keys such as `cpu_init` and `cuda_handler`. A
record is made of the keys of each platform, of each example, and of the test itself when it has neither.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from collectors.adapters.json_values import as_attributes, whole
from collectors.adapters.legacy import devices, outcome
from collectors.adapters.legacy.record import Part, a_name, entries, event_fields, members, step
from collectors.adapters.legacy.skill_blocks import (
    PLATFORMS,
    block_of,
    card_name,
    example_fields,
    is_of,
    platform_fields,
)
from collectors.adapters.legacy.skill_numbers import mocked_run
from collectors.adapters.legacy.skill_words import judged_by_words

_VERSIONS = ("torch_version", "transformers_version", "numpy_version", "python_version")
_MODEL_KEYS = ("model_name", "test_model", "model_id", "model")


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
    def place(self) -> str:
        """The JSON path of `status`."""
        return self.where if self.status is self.value else f"{self.where}.status"

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the test says of its run."""
        return members(self.value.get("metadata"))

    def told_of(self, platform: str) -> dict[str, Any]:
        """The members of `status` that tell of a platform."""
        return {key: value for key, value in self.status.items() if is_of(platform, key)}


def tells_of_platforms(value: object) -> bool:
    """Whether `value` looks like the result of a skill test."""
    if not isinstance(value, dict):
        return False
    status = Skill(value, "$", None).status
    return "test_error" in status or any(is_of(platform, key) for key in status for platform in PLATFORMS)


def skill_parts(skill: Skill) -> Iterator[Part]:
    """One part a platform, one an example, one for the test when there is neither."""
    is_bare = True
    for part in (*_platforms(skill), *_examples(skill)):
        is_bare = False
        yield part
    if is_bare:
        yield Part(skill.where, skill.value, partial(_bare, skill))


def _platforms(skill: Skill) -> Iterator[Part]:
    for platform in PLATFORMS:
        if told := skill.told_of(platform):
            yield Part(f"{skill.place}.{platform}*", told, partial(_platform, skill, platform, told))


def _examples(skill: Skill) -> Iterator[Part]:
    for key, value in skill.status.items():
        if key.endswith("_example") and isinstance(value, dict):
            yield Part(step(skill.place, key), value, partial(_example, skill, key, value))
    for number, value in enumerate(entries(skill.value.get("examples"))):
        if isinstance(value, dict):
            yield Part(f"{skill.where}.examples[{number}]", value, partial(_example, skill, None, value))


def _bare(skill: Skill) -> dict[str, Any]:
    said = skill.status.get("test_error") or skill.value.get("error") or skill.metadata.get("error")
    if isinstance(said, str):
        trace = skill.metadata.get("traceback")
        result: dict[str, Any] = outcome.failed(said, trace)
    else:
        result = judged_by_words({key: one for key, one in skill.status.items() if isinstance(one, str)})
    return _common(skill, {"level": "test"}) | result


def _platform(skill: Skill, platform: str, told: Mapping[str, Any]) -> dict[str, Any]:
    block = block_of(platform, told)
    times = [one for key, one in block.items() if key.endswith("timestamp")]
    return _joined(
        _common(skill, {"level": "platform"}, *times),
        platform_fields(platform, block, mocked_run(skill.metadata), _card_of_the_file(skill, platform)),
    )


def _example(skill: Skill, key: str | None, record: Mapping[str, Any]) -> dict[str, Any]:
    platform = next((one for one in PLATFORMS if key and is_of(one, key)), None)
    hardware = record.get("platform") or platform
    condition = {"level": "example", **as_attributes(record, "test_type")}
    if key and (name := key.removesuffix("_example").removeprefix(platform or "").lstrip("_")):
        condition["example"] = name
    card = _card_of_the_file(skill, hardware)
    return _joined(
        _common(skill, condition, record.get("timestamp")) | {"batch_size": _batch_size(record)},
        example_fields(record, hardware, mocked_run(skill.metadata), card),
    )


def _card_of_the_file(skill: Skill, hardware: object) -> str | None:
    """The card that the whole test names, where it names one only, for what ran on CUDA."""
    if devices.hardware(hardware).kind != "cuda":
        return None
    own = card_name(block_of("cuda", skill.told_of("cuda")))
    return devices.only_name((own, skill.metadata.get("hardware_cuda_device_name")))


def _batch_size(record: Mapping[str, Any]) -> int | None:
    """Zero stands for no batch in these files."""
    return None if record.get("batch_size") is None else whole(record, "batch_size") or None


def _joined(common: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**common, **fields, "attributes": common["attributes"] | fields["attributes"]}


def _common(skill: Skill, condition: Mapping[str, str], *times: object) -> dict[str, Any]:
    metadata = skill.metadata
    model = _model(skill)
    attributes = as_attributes(metadata, *_VERSIONS, "model_type")
    if model and skill.test:
        attributes["test"] = skill.test
    if stated := next((one for one in _stated_models(skill) if one != model), None):
        attributes["stated_model"] = stated
    return event_fields(
        "model" if model else "test",
        a_name(model or skill.test, "model or the test"),
        *times,
        metadata.get("test_timestamp"),
        metadata.get("timestamp"),
        skill.when,
        condition={"check": "skill", **condition},
        attributes=attributes,
    )


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
