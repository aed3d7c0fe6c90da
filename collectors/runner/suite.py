"""Suites: which configurations to measure, written as TOML groups whose lists are crossed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError
from collectors.runner.architectures import ARCHITECTURES
from collectors.runner.configuration import DEVICE_KINDS, MODES, PHASES, PRECISIONS
from collectors.runner.measurement import Plan
from collectors.runner.suite_files import built_in_names, parsed, suite_text

_PACKAGE = "collectors.runner"

PRESENT = "present"
"""In a suite's `devices`: whatever this machine has."""


@dataclass(frozen=True)
class Group:
    """One `[[group]]` of a suite: every combination of its lists is a configuration."""

    models: tuple[str, ...]
    modes: tuple[str, ...] = ("inference",)
    phases: tuple[str, ...] = PHASES
    """Of text generation; other models have none."""
    devices: tuple[str, ...] = (PRESENT,)
    precisions: tuple[str, ...] = ("fp32",)
    batch_sizes: tuple[int, ...] = (1,)
    sequence_lengths: tuple[int, ...] = ()
    """Tokens or audio frames per item; empty: as the architecture has it."""
    image_sizes: tuple[int, ...] = ()
    """Pixels along one side; empty: as the architecture has it."""


@dataclass(frozen=True)
class Suite:
    """A named list of groups, and how long each configuration is measured."""

    name: str
    description: str
    groups: tuple[Group, ...]
    plan: Plan = field(default_factory=Plan)


_CHOICES: Mapping[str, Sequence[str]] = {
    "models": tuple(ARCHITECTURES),
    "modes": MODES,
    "phases": PHASES,
    "devices": (PRESENT, *DEVICE_KINDS),
    "precisions": PRECISIONS,
}


def suite_names() -> list[str]:
    """The names of the built-in suites."""
    return built_in_names(_PACKAGE)


def read_suite(name_or_path: str) -> Suite:
    """A built-in suite by its name, or a TOML file by its path.

    Raises UsageError, naming the file and the place, when there is no such suite or it cannot be understood.
    """
    return parse_suite(name_or_path, suite_text(_PACKAGE, name_or_path))


def parse_suite(name: str, text: str) -> Suite:
    """The suite a TOML text describes."""
    document = parsed(name, text)
    unknown = set(document) - {"description", "measurement", "group"}
    if unknown or not document.get("group"):
        what = f"unknown entry {min(unknown)!r}" if unknown else "no [[group]]"
        raise UsageError(what, where=name, hint="A suite has description, [measurement] and [[group]]")
    groups = tuple(
        _group(f"{name}, group {number}", entry) for number, entry in enumerate(document["group"], 1)
    )
    plan = _plan(name, document.get("measurement", {}))
    return Suite(Path(name).stem, str(document.get("description", "")), groups, plan)


def _group(where: str, entry: Any) -> Group:
    known = [each.name for each in fields(Group)]
    if not isinstance(entry, dict) or "models" not in entry:
        raise UsageError("a group needs models", where=where, hint=f"It may have: {', '.join(known)}")
    for name, values in entry.items():
        if name not in known:
            raise UsageError(
                f"unknown entry {name!r}", where=where, hint=f"A group may have: {', '.join(known)}"
            )
        _check_values(f"{where}, {name}", name, values)
    return Group(**{name: tuple(values) for name, values in entry.items()})


def _check_values(where: str, name: str, values: Any) -> None:
    """Refuse what is not a list of known names, or of whole numbers above zero."""
    if not isinstance(values, list) or not values:
        raise UsageError("this must be a list with at least one value", where=where)
    for value in values:
        choices = _CHOICES.get(name)
        if choices is None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise UsageError(f"{value!r} is not a whole number above zero", where=where)
        if choices is not None and value not in choices and not (name == "models" and ":" in str(value)):
            raise UsageError(f"unknown value {value!r}", where=where, hint=f"Known: {', '.join(choices)}")


def _plan(name: str, entry: Mapping[str, Any]) -> Plan:
    try:
        return replace(Plan(), **entry)
    except TypeError as error:
        known = ", ".join(each.name for each in fields(Plan))
        raise UsageError(
            f"unknown entry in [measurement]: {error}", where=name, hint=f"Known: {known}"
        ) from error
