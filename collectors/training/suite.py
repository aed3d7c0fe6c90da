"""Suites of training: TOML files that list configurations one by one, over common defaults."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from collectors.training.configuration import TrainingConfiguration, configuration_from
from collectors.training.models import architecture_of


def suite_names() -> list[str]:
    """The names of the built-in suites."""
    return sorted(
        file.name.removesuffix(".toml") for file in _built_in().iterdir() if file.name.endswith(".toml")
    )


def read_suite(name_or_path: str) -> list[TrainingConfiguration]:
    """A built-in suite by its name, or a TOML file by its path.

    Raises UsageError, naming the file and the place, when there is no such suite or it cannot be understood.
    """
    if name_or_path in suite_names():
        return parse_suite(name_or_path, (_built_in() / f"{name_or_path}.toml").read_text(encoding="utf-8"))
    try:
        return parse_suite(name_or_path, Path(name_or_path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        hint = f"Give a TOML file or one of: {', '.join(suite_names())}"
        raise UsageError(f"cannot read this suite: {error}", where=name_or_path, hint=hint) from error


def parse_suite(name: str, text: str) -> list[TrainingConfiguration]:
    """The configurations a TOML text lists: `[defaults]`, then `[[configuration]]` for each."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML: {error}", where=name) from error
    unknown = set(document) - {"description", "defaults", "configuration"}
    entries = document.get("configuration")
    if unknown or not isinstance(entries, list):
        what = f"unknown entry {min(unknown)!r}" if unknown else "no [[configuration]]"
        hint = "A suite has description, [defaults] and [[configuration]]"
        raise UsageError(what, where=name, hint=hint)
    defaults = document.get("defaults", {})
    configurations = [
        configuration_from({**defaults, **entry}, f"{name}, configuration {number}")
        for number, entry in enumerate(entries, 1)
    ]
    for configuration in configurations:
        architecture_of(configuration.model)
    return configurations


def _built_in() -> Any:
    return resources.files("collectors.training") / "suites"
