"""Values of JSON documents: what is a number, a text, an object, and where it stood when it is not.

Every function raises ValueError that names the key and shows the value; an adapter turns it into a BadRow.
"""

import math
from collections.abc import Mapping
from typing import Any

from collectors.adapters.numbers import LARGEST_WHOLE

_SHOWN_CHARACTERS = 60


def shown(value: object) -> str:
    """The value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def number(parent: Mapping[str, Any], key: str) -> float:
    """The finite number under `key`."""
    value = parent.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_complaint(parent, key, "a number"))
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise ValueError(f"{key}: {shown(value)} is not finite")
    return finite


def not_negative(parent: Mapping[str, Any], key: str) -> float:
    """The finite number under `key`, zero or above."""
    value = number(parent, key)
    if value < 0:
        raise ValueError(f"{key}: {shown(value)} is below zero")
    return value


def positive(parent: Mapping[str, Any], key: str) -> float:
    """The finite number above zero under `key`."""
    value = number(parent, key)
    if value <= 0:
        raise ValueError(f"{key}: {shown(value)} is not above zero")
    return value


def whole(parent: Mapping[str, Any], key: str) -> int:
    """The whole number, zero or above, under `key`; 8.0 is one."""
    value = not_negative(parent, key)
    if value > LARGEST_WHOLE or value != int(value):
        raise ValueError(f"{key}: {shown(value)} is not a whole number")
    return int(value)


def text(parent: Mapping[str, Any], key: str) -> str:
    """The text under `key`, not empty."""
    value = parent.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(_complaint(parent, key, "a text"))
    return value


def mapping(parent: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under `key`."""
    value = parent.get(key)
    if not isinstance(value, dict):
        raise ValueError(_complaint(parent, key, "an object"))
    return value


def items(parent: Mapping[str, Any], key: str) -> list[Any]:
    """The list under `key`."""
    value = parent.get(key)
    if not isinstance(value, list):
        raise ValueError(_complaint(parent, key, "a list"))
    return value


def as_attributes(parent: Mapping[str, Any], *keys: str) -> dict[str, str]:
    """The plain values under `keys` as text; what is absent, null or not plain is left out."""
    return {
        key: value if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value)
        for key in keys
        if isinstance(value := parent.get(key), str | int | float) and value != ""
    }


def _complaint(parent: Mapping[str, Any], key: str, wanted: str) -> str:
    return f"{key}: {shown(parent[key])} is not {wanted}" if key in parent else f"{key} is missing"
