"""Options that several commands share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from benchmart.as_of import Past
    from benchmart.config import Home

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


def as_of_option(function: _Function) -> _Function:
    """Add `--as-of`: ask the warehouse as it stood at a moment (see `home_at`)."""
    return click.option(
        "--as-of",
        metavar="MOMENT",
        help="Ask the warehouse as it stood then: a date (its end), a time (UTC), or 2h or 7d ago",
    )(function)


def home_at(option: str | None, as_of: str | None = None) -> "Home":
    """The home that `--home` names, or what stands for it at the moment that `--as-of` names."""
    from benchmart.config import find_home

    home = find_home(option)
    return home if as_of is None else past_at(home, as_of).home


def past_at(home: "Home", text: str) -> "Past":
    """The warehouse as it stood at a moment, built when it is asked for first; what it rests on is said on stderr."""
    from benchmart.as_of import warehouse_at
    from benchmart.moments import parse_moment

    moment = parse_moment(text)
    when = f"as of {moment:%Y-%m-%d %H:%M:%S} UTC"
    past = warehouse_at(
        home, moment, lambda count: click.echo(f"building from {count:,} batch files, {when}", err=True)
    )
    if not past.was_built:
        click.echo(f"{when}: {len(past.files):,} batch files", err=True)
    return past
