"""Suites of training: TOML files that list configurations one by one, over common defaults."""

from benchmart.errors import UsageError
from collectors.runner.suite_files import parsed, suite_text
from collectors.training.configuration import TrainingConfiguration, configuration_from
from collectors.training.models import architecture_of

_PACKAGE = "collectors.training"


def read_suite(name_or_path: str) -> list[TrainingConfiguration]:
    """A built-in suite by its name, or a TOML file by its path.

    Raises UsageError, naming the file and the place, when there is no such suite or it cannot be understood.
    """
    return parse_suite(name_or_path, suite_text(_PACKAGE, name_or_path))


def parse_suite(name: str, text: str) -> list[TrainingConfiguration]:
    """The configurations a TOML text lists: `[defaults]`, then `[[configuration]]` for each."""
    document = parsed(name, text)
    unknown = set(document) - {"description", "defaults", "configuration"}
    entries = document.get("configuration", [])
    defaults = document.get("defaults", {})
    is_list = (
        isinstance(entries, list) and entries and all(isinstance(each, dict) for each in (defaults, *entries))
    )
    if unknown or not is_list:
        what = f"unknown entry {min(unknown)!r}" if unknown else "no [[configuration]]"
        hint = "A suite has description, [defaults] and [[configuration]]"
        raise UsageError(what, where=name, hint=hint)
    configurations = [
        configuration_from({**defaults, **entry}, f"{name}, configuration {number}")
        for number, entry in enumerate(entries, 1)
    ]
    for configuration in configurations:
        architecture_of(configuration.model)
    return configurations
