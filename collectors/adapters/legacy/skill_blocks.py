"""What a historical skill test tells of one platform, and of one example it kept: outcome, numbers, device."""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.adapters.json_values import as_attributes
from collectors.adapters.legacy import devices
from collectors.adapters.legacy.record import members, simulated
from collectors.adapters.legacy.skill_numbers import leaves, numbers_beside, simulation, with_numbers
from collectors.adapters.legacy.skill_words import judged_by_output, judged_by_words, verdict

PLATFORMS = ("cpu", "cuda", "openvino", "apple", "mps", "rocm", "qualcomm", "webnn", "webgpu")
"""The beginnings of keys that tell of a platform."""

_DEVICE_KEYS = ("device_name", "cuda_device", "device_used")
_KEPT_OF_EXAMPLES = ("implementation_type", "implementation", "device", "generated_tokens", "input")
_LONGEST_TEXT_CHARACTERS = 200


def is_of(platform: str, key: str) -> bool:
    """Whether `key` tells of `platform`."""
    return key == platform or key.startswith(f"{platform}_")


def block_of(platform: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is told under the keys of a platform, without its name in front; examples are records of their own."""
    block = {
        key.removeprefix(platform).removeprefix("_") if is_of(platform, key) else key: value
        for key, value in told.items()
        if not (key.endswith("_example") and isinstance(value, dict))
    }
    return block | members(block.get(""))


def platform_fields(
    platform: str, block: Mapping[str, Any], mocked: str | None, card: str | None = None
) -> dict[str, Any]:
    """Outcome, metrics, device and attributes of a platform. Raises ValueError when a number is none.

    `mocked` is what says of the whole run that it was none, `card` the one device of this kind that the file names.
    """
    result = with_numbers(judged_by_words(block), block)
    words = as_attributes(block, *(key for key, value in block.items() if verdict(key, value) is not None))
    words |= as_attributes(leaves(block), "memory_reserved_mb", "iterations")
    attributes = {f"told_{key}" if key else "told": cut(value) for key, value in words.items()}
    fields = simulated(result, simulation(block, platform) or mocked)
    name = card_name(block) or (card if fields["basis"] == "measured" else None)
    return fields | {
        "device": name or next(_device_names(block), platform),
        "device_kind": devices.hardware(platform).kind,
        "attributes": attributes | numbers_beside(block, result.get("metrics", ())),
    }


def example_fields(
    record: Mapping[str, Any], hardware: object, mocked: str | None, card: str | None = None
) -> dict[str, Any]:
    """Outcome, metrics, device and attributes of an example. Raises ValueError when a number is none.

    `card` is the one device of this kind that the file names.
    """
    result = with_numbers(judged_by_output(record), record)
    fields = simulated(result, simulation(record, hardware) or mocked)
    device = devices.hardware(hardware).fields
    if name := card_name(record) or (card if fields["basis"] == "measured" else None):
        device["device"] = name
    attributes = {key: cut(said) for key, said in as_attributes(record, *_KEPT_OF_EXAMPLES).items()}
    return fields | device | {"attributes": attributes | numbers_beside(record, result.get("metrics", ()))}


def card_name(block: Mapping[str, Any]) -> str | None:
    """The name of the device in `block`; None for none, and for what only says `cuda:0`."""
    return next((name for name in _device_names(block) if devices.hardware(name).kind is None), None)


def _device_names(block: Mapping[str, Any]) -> Iterator[str]:
    told = leaves(block)
    for key in _DEVICE_KEYS:
        if isinstance(name := told.get(key), str) and name.strip():
            yield name.strip()


def cut(value: str) -> str:
    """The value for an attribute, cut where it is long."""
    whole = len(value) <= _LONGEST_TEXT_CHARACTERS
    return value if whole else f"{value[: _LONGEST_TEXT_CHARACTERS - 3]}..."
