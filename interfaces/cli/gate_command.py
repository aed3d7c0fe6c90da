"""`benchmart gate`: whether results just taken are worse than those before."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from predictors.gate.from_warehouse import Judged

_COLUMNS = (
    "outcome",
    "benchmark",
    "configuration",
    "metric",
    "change",
    "interval",
    "before",
    "after",
    "runs",
    "why",
)
_NUMERIC = ("change", "before", "after")


@click.command("gate")
@home_option
@click.option(
    "--candidate", default="last", show_default=True, metavar="WHICH", help="Results that are judged"
)
@click.option(
    "--base", default="history", show_default=True, metavar="WHICH", help="What they are held against"
)
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Judge this metric; may be repeated")
@click.option("--model", "models", multiple=True, metavar="NAME", help="Judge this model; may be repeated")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 10, min_open=True),
    default=0.05,
    show_default=True,
    help="Relative change that matters; smaller ones pass",
)
@click.option(
    "--fail-on",
    type=click.Choice(["regression", "insufficient"]),
    default="regression",
    show_default=True,
    help="What the gate does not let through; `insufficient` fails on both",
)
@click.option(
    "--comment",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Write a comment for a pull request there, empty when nothing changed; - is stdout",
)
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Most series to print"
)
@json_option
def command(
    home: str | None,
    candidate: str,
    base: str,
    metrics: Sequence[str],
    models: Sequence[str],
    threshold: float,
    fail_on: str,
    comment: Path | None,
    limit: int,
    *,
    as_json: bool,
) -> int:
    """Judge results just taken against those before: regression, improvement, no change, or insufficient data.

    Every series that the candidate has a run of is held against the level that its history has now, or against the
    runs of a base; where both sides took turns, run by run. Runs of another environment (machine, driver, Python) are
    not compared. Where nothing changed, one gate of a hundred says that something did. One run is never proof.

    \b
    WHICH is one of
      last           what was recorded last
      run:ID  batch:ID  commit:SHA  branch:NAME   by their beginning, a branch by its name
      source:NAME    results of files whose path ends so
      since:DATE     recorded since
      history, baseline    all results before it; what `benchmart baseline mark` marked (--base only)

    \b
    Exit codes:
      0  passed
      7  something is worse, or with --fail-on insufficient could not be told

    \b
    Examples:
      benchmart gate
      benchmart gate --candidate commit:4f0c9e2 --base branch:main --comment comment.md
      benchmart gate --base baseline
      benchmart gate --base run:nightly-17 --threshold 0.03 --metric latency_mean --json
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.errors import ExitCode
    from benchmart.queries.gate import Asked
    from predictors.gate.from_warehouse import counts, judged

    with open_warehouse(find_home(home)) as connection:
        rulings = judged(connection, Asked(candidate, base, metrics, models), threshold)
    found = counts(rulings)
    is_held = found["regression"] > 0 or (fail_on == "insufficient" and not _is_told(found))
    if not rulings:
        click.echo("nothing to judge: the candidate has no series that fits", err=True)
    if comment is not None:
        _write_comment(comment, rulings, threshold, candidate, base)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"passed": not is_held, "counts": found, "series": [_document(one) for one in rulings]})
    elif comment is None or str(comment) != "-":
        _print(rulings, found, limit)
    return ExitCode.REGRESSION if is_held else ExitCode.OK


def _is_told(found: dict[str, int]) -> bool:
    """Whether there was something to judge, and all of it could be."""
    return any(found.values()) and not found["insufficient data"]


def _write_comment(
    path: Path, rulings: "Sequence[Judged]", threshold: float, candidate: str, base: str
) -> None:
    from interfaces.gate_comment import comment

    text = comment(rulings, threshold, candidate, base)
    if str(path) == "-":
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")


def _document(one: "Judged") -> dict[str, Any]:
    series, ruling = one.series, one.ruling
    evidence = ruling.evidence
    return {
        "outcome": ruling.outcome,
        "reason": ruling.reason,
        "is_doubtful": ruling.is_doubtful,
        "comparability_id": series.comparability_id,
        "benchmark": series.subject,
        "configuration": series.configuration,
        "hardware": series.hardware_id,
        "metric": series.metric,
        "unit": series.unit,
        "evidence": None
        if evidence is None
        else {
            "mode": evidence.mode,
            "effect": evidence.effect,
            "interval": [evidence.low, evidence.high],
            "p_value": evidence.p_value,
            "before": evidence.before,
            "after": evidence.after,
            "noise": evidence.noise,
            "runs": evidence.runs,
            "runs_before": evidence.runs_before,
            "more_runs": evidence.more_runs,
            "runs_a_session": evidence.runs_a_session,
        },
    }


def _print(rulings: "Sequence[Judged]", found: dict[str, int], limit: int) -> None:
    from interfaces.cli.tables import print_table

    print_table(_COLUMNS, [_row(one) for one in rulings[:limit]], numeric=_NUMERIC)
    if len(rulings) > limit:
        click.echo(f"{len(rulings) - limit} more series; --limit shows more", err=True)
    click.echo(", ".join(f"{count} {outcome}" for outcome, count in found.items() if count))


def _row(one: "Judged") -> tuple[str, ...]:
    from interfaces.cli.tables import number

    series, evidence = one.series, one.ruling.evidence
    numbers = (
        (
            f"{evidence.effect:+.1%}",
            f"{evidence.low:+.1%} to {evidence.high:+.1%}",
            number(evidence.before),
            number(evidence.after),
            f"{evidence.runs} against {evidence.runs_before}",
        )
        if evidence
        else ("", "", "", "", "")
    )
    where = " ".join(filter(None, (series.configuration, series.hardware_id)))
    return (one.ruling.outcome, series.subject, where, series.metric, *numbers, one.ruling.reason)
