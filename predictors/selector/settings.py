"""Settings of the selector from a file: TOML, or JSON as other tools write it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from predictors.selector.request import CRITERIA, Budget, SelectionRequest, one_of

_LISTS = ("allow", "deny", "soft")
_TABLES: Mapping[str, tuple[str, ...]] = {
    "weights": CRITERIA,
    "budget": tuple(each.name for each in fields(Budget)),
}
KEYS = (*_TABLES, *_LISTS, "soft_factor")


def read_settings(path: Path) -> dict[str, Any]:
    """The settings of a file: `weights`, `budget`, `allow`, `deny`, `soft`, `soft_factor`, all of them optional.

    Raises UsageError when the file cannot be read, or has a key or a kind of value that means nothing here.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=str(path), hint="Give a TOML or JSON file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is neither TOML nor JSON: {error}", where=str(path)) from error
    if not isinstance(found, dict):
        raise UsageError("holds no table of settings", where=str(path), hint=f"Keys are: {', '.join(KEYS)}")
    try:
        check_settings(found)
    except UsageError as error:
        raise UsageError(error.what, where=str(path), hint=error.hint) from error
    return found


def with_settings(asked: SelectionRequest, settings: Mapping[str, Any]) -> SelectionRequest:
    """The request with what a file says; `weights` replaces all weights, `budget` only the limits it names."""
    changes: dict[str, Any] = {}
    if "weights" in settings:
        changes["weights"] = {name: float(weight) for name, weight in settings["weights"].items()}
    if "budget" in settings:
        changes["budget"] = replace(asked.budget, **settings["budget"])
    for name in ("allow", "deny"):
        if name in settings:
            changes[name] = tuple(settings[name])
    if "soft" in settings:
        changes["soft"] = frozenset(settings["soft"])
    if "soft_factor" in settings:
        changes["soft_factor"] = float(settings["soft_factor"])
    return replace(asked, **changes)


def check_settings(found: Mapping[str, Any]) -> None:
    """Raises UsageError for a key, or a kind of value, that means nothing here, with the nearest that does."""
    for key, value in found.items():
        one_of("setting", key, KEYS)
        if key in _TABLES:
            if not isinstance(value, dict):
                raise UsageError(f"{key} is no table", hint=f"It may have: {', '.join(_TABLES[key])}")
            for name, number in value.items():
                one_of(f"key of {key}", name, _TABLES[key])
                _check_number(f"{key}.{name}", number)
        elif key in _LISTS:
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise UsageError(f"{key} is no list of names", hint=f'Write {key} = ["cpu"]')
        else:
            _check_number(key, value)


def _check_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{name} is no number: {value!r}")
