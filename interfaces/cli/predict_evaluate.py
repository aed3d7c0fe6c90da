"""`benchmart predict evaluate`: how well predictors do on what they had not seen, held against goals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from predictors.suites.line import Line, NotRun

_SUITES = ("throughput", "memory", "transfer", "kernels", "outliers", "speed")
_ROW = "{split:<52} {method:<31} {n:>7} {median:>9} {mean:>9} {holds:>7}  {rest}"
_HEAD = _ROW.format(
    split="split", method="method", n="n", median="median %", mean="mean %", holds="holds %", rest="more"
)
_SHARES = (
    "precision",
    "recall",
    "exact",
    "under",
    "bound_slack",
    "within",
    "out_of_memory",
    "worst_coverage",
)
"""How the names of numbers begin that are shown in per cent."""


@click.command("evaluate")
@home_option
@click.option(
    "--suite", "suites", type=click.Choice(_SUITES), multiple=True, help="May be repeated [default: all]"
)
@click.option(
    "--data", "folder", metavar="FOLDER", type=click.Path(file_okay=False), envvar="BENCHMART_TEST_DATA",
    help="Folder with help_latency/ and neusight/ [default: $BENCHMART_TEST_DATA]",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--folds", type=click.IntRange(1, 5), default=5, show_default=True,
    help="How many of the five folds of throughput are scored",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes")
@click.option("--train", "is_trained", is_flag=True, help="With the suite speed: time training too")
@click.option("--details", is_flag=True, help="Show every device, column and seed too; JSON always has them")
@json_option
def evaluate(
    home: str | None, suites: Sequence[str], *, jobs: int, details: bool, as_json: bool, **given: Any
) -> None:
    """Show how well predictors do on what they had not seen, beside baselines, and which goals are missed.

    Whole groups are held out, from the seed. Lines appear as they are done; all suites take many minutes.
    """
    from predictors.suites.line import NotRun
    from predictors.suites.running import run

    found: list[Line | NotRun] = []
    for line in run(suites or _SUITES, _setting(home, **given), jobs):
        if not as_json and (isinstance(line, NotRun) or details or not line.is_detail):
            if not found or found[-1].suite != line.suite:
                click.echo(f"{line.suite}\n{_HEAD}")
            click.echo(text_of(line))
        found.append(line)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json([document_of(line) for line in found])
        return
    click.echo(_summary(found))


def _setting(home: str | None, *, folder: str | None, **rest: Any) -> Any:
    from pathlib import Path

    from benchmart.config import find_home
    from predictors.suites.setting import Setting

    return Setting(find_home(home), Path(folder) if folder else None, **rest)


def text_of(line: "Line | NotRun") -> str:
    """One line of the table; errors and shares in per cent, the verdict last."""
    from predictors.suites.line import NotRun

    if isinstance(line, NotRun):
        return f"not run: {line.split + ': ' if line.split else ''}{line.reason}"
    shown = [_other(name, value) for name, value in line.others.items()]
    if line.goals:
        shown.append(_verdict(line))
    row = _ROW.format(
        split=line.split,
        method=line.method,
        n=line.n,
        median=_percent(line.median_error),
        mean=_percent(line.mean_error),
        holds=_percent(line.coverage),
        rest="; ".join(shown),
    )
    return row.rstrip()


def document_of(line: "Line | NotRun") -> dict[str, Any]:
    """One line as JSON has it: shares of 1, every goal with its verdict and what it was set against."""
    from dataclasses import asdict

    from predictors.suites.line import NotRun

    if isinstance(line, NotRun):
        return {"suite": line.suite, "split": line.split, "not_run": line.reason}
    goals = [
        {
            "quantity": goal.quantity,
            "goal": str(goal),
            "is_reached": goal.is_reached(line.number(goal.quantity)),
            "source": goal.source,
        }
        for goal in line.goals
    ]
    return {**asdict(line), "goals": goals, "is_reached": line.is_reached}


def _verdict(line: "Line") -> str:
    if not line.missed:
        return f"reached ({line.goal})"
    reached = [str(goal) for goal in line.goals if goal not in line.missed]
    kept = f", reached {', '.join(reached)}" if reached else ""
    return f"MISSED {', '.join(map(str, line.missed))}{kept}"


def _other(name: str, value: float) -> str:
    words = name.replace("_", " ")
    if name.endswith("seconds"):
        return f"{words.removesuffix(' seconds')} {value * 1e3:.4g} ms"
    return f"{words} {100 * value:.1f} %" if name.startswith(_SHARES) else f"{words} {value:.4g}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.2f}"


def _summary(found: Sequence["Line | NotRun"]) -> str:
    from predictors.suites.line import NotRun

    lines = [line for line in found if not isinstance(line, NotRun)]
    count = sum(len(line.goals) for line in lines)
    missed = [f"{line.suite} {line.split}: {goal}" for line in lines for goal in line.missed]
    said = [f"{count - len(missed)} of {count} goals reached"]
    said += [f"MISSED {each}" for each in missed]
    said += [f"not run: {each.suite} {each.split}".rstrip() for each in found if isinstance(each, NotRun)]
    return "\n".join(said)
