"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])


def home_option(function: _Function) -> _Function:
    """Add `--home`: the folder with the event log and the warehouse."""
    return click.option(
        "--home",
        type=click.Path(file_okay=False),
        help="Folder of the event log and the warehouse [default: $BENCHMART_HOME, else the project's folder]",
    )(function)


def json_option(function: _Function) -> _Function:
    """Add `--json`: print one JSON document on stdout instead of a table."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table")(function)
