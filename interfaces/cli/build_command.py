"""`benchmart build`: bring the warehouse up to date with the event log."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option, past_at

if TYPE_CHECKING:
    from benchmart.config import Home
    from benchmart.digests import MartDigest


@click.command("build")
@home_option
@click.option("--full", is_flag=True, help="Build from nothing instead of adding to the last state")
@click.option("--unit-tests", "with_unit_tests", is_flag=True, help="Run the unit tests of the models too")
@click.option("--digests", is_flag=True, help="Print a digest of every mart: equal digests mean equal rows")
@click.option(
    "--as-of",
    metavar="MOMENT",
    help="Build it as it stood then, beside the served one: a date (its end), a time (UTC), or 2h or 7d ago",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --as-of: copy the warehouse to this file, which must not be there yet",
)
@json_option
def command(
    home: str | None,
    *,
    full: bool,
    with_unit_tests: bool,
    digests: bool,
    as_of: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Build the warehouse from the event log.

    Only what is new in the log is worked on; with nothing new, dbt is not even started. Readers see the state
    before until everything is built and tested, and go on seeing it when something fails.

    \b
    Examples:
      benchmart build
      benchmart build --full           every table from nothing
      benchmart build --home results   the log and warehouse in ./results
      benchmart build --as-of 2026-11-01 --output november.duckdb
      dbt build                        does the same, in the project's folder

    \b
    Exit codes:
      0  the warehouse is up to date
      1  something failed; the warehouse is as it was before
      5  a file of the event log is damaged
    """
    from benchmart.build import build
    from benchmart.config import find_home

    place = find_home(home)
    if as_of is not None or output is not None:
        _build_past(place, as_of, output, digests=digests, as_json=as_json, is_whole=full or with_unit_tests)
        return
    if not as_json:
        click.echo(f"building {place.warehouse} from {place.events}", err=True)
    report = build(place, full=full, with_unit_tests=with_unit_tests)
    found = _digests(place) if digests else []
    if as_json:
        from dataclasses import asdict

        from interfaces.cli.tables import print_json

        print_json({**asdict(report), "warehouse": str(place.warehouse), "digests": list(map(asdict, found))})
        return
    if report.was_needed:
        click.echo(
            f"{report.models} models built, {report.tests} tests passed in {report.seconds:.1f} s", err=True
        )
        if report.new_violations:
            click.echo(
                f"{report.new_violations:,} new errors of data quality; `benchmart quality` shows them",
                err=True,
            )
    else:
        click.echo("nothing new in the event log; the warehouse is up to date", err=True)
    _print_digests(found)
    click.echo(str(place.warehouse))


def _build_past(
    place: "Home", as_of: str | None, output: Path | None, *, digests: bool, as_json: bool, is_whole: bool
) -> None:
    """Build the warehouse of a moment; print where it is."""
    from dataclasses import asdict

    from benchmart.as_of import export
    from benchmart.errors import UsageError
    from interfaces.cli.tables import print_json

    if as_of is None:
        raise UsageError("--output without --as-of", hint="Say of which moment, such as --as-of now")
    if is_whole:
        raise UsageError("--as-of with --full or --unit-tests", hint="Leave one of them out")
    past = past_at(place, as_of)
    found = _digests(past.home) if digests else []
    if output is not None:
        export(past, output)
    path = str(output or past.home.warehouse)
    if as_json:
        told = {
            "warehouse": path,
            "as_of": past.moment,
            "was_needed": past.was_built,
            "files": len(past.files),
        }
        print_json({**told, "digests": list(map(asdict, found))})
        return
    _print_digests(found)
    click.echo(path)


def _print_digests(found: "list[MartDigest]") -> None:
    for each in found:
        click.echo(f"{each.digest:>32}  {each.row_count:>12,}  {each.mart}")


def _digests(place: "Home") -> "list[MartDigest]":
    from benchmart.connection import open_warehouse
    from benchmart.digests import mart_digests

    with open_warehouse(place) as connection:
        return mart_digests(connection)
