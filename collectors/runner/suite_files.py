"""Suites as files: TOML that comes with a package, or lies at a path."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError


def built_in_names(package: str) -> list[str]:
    """The names of a package's suites."""
    return sorted(
        file.name.removesuffix(".toml")
        for file in (resources.files(package) / "suites").iterdir()
        if file.name.endswith(".toml")
    )


def suite_text(package: str, name_or_path: str) -> str:
    """A package's suite by its name, or a file by its path.

    Raises UsageError, naming the file, when there is no such suite or it cannot be read.
    """
    names = built_in_names(package)
    if name_or_path in names:
        file = resources.files(package) / "suites" / f"{name_or_path}.toml"
        return file.read_text(encoding="utf-8")
    try:
        return Path(name_or_path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = f"Give a TOML file or one of: {', '.join(names)}"
        raise UsageError(f"cannot read this suite: {error}", where=name_or_path, hint=hint) from error


def parsed(name: str, text: str) -> dict[str, Any]:
    """The document; raises UsageError for what is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML: {error}", where=name) from error
