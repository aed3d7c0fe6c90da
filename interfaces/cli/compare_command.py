"""`benchmart compare`: devices against each other on equal conditions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.queries.comparison import Comparison
    from benchmart.queries.rows import Rows

_SIZES = (("batch_size", "batch"), ("sequence_length", "length"), ("image_size", "px"))


@click.command("compare")
@click.argument("hardware", required=False)
@click.argument("baseline", required=False)
@home_option
@click.option(
    "--metric",
    default="throughput",
    show_default=True,
    type=click.Choice(["throughput", "token_throughput", "latency_mean", "memory_peak"]),
    help="What to compare by",
)
@click.option("--model", "models", multiple=True, metavar="NAME", help="Keep this model; may be repeated")
@click.option(
    "--mode", "modes", multiple=True, type=click.Choice(["inference", "training"]), help="Keep this mode"
)
@click.option("--precision", "precisions", multiple=True, metavar="NAME", help="Keep this precision")
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Most pairs to print"
)
@json_option
def command(
    hardware: str | None,
    baseline: str | None,
    home: str | None,
    metric: str,
    limit: int,
    as_json: bool,  # noqa: FBT001
    **asked: Sequence[str],
) -> None:
    """Compare HARDWARE with BASELINE, or all devices with each other, on equal conditions.

    Only results of the same model, mode, precision, sizes, compiler and version of the runtime are paired. The
    advantage says how many times better the device is than the baseline, in the metric's own direction: above
    1 is better. It is the median over models, each counted once, with a 95 % interval. Pairs are listed the
    worst first.

    \b
    Examples:
      benchmart compare                             every two devices with equal work
      benchmart compare rtx4090 rtx3090
      benchmart compare rtx4090 --model resnet50    against all devices that ran it alike
      benchmart compare --metric memory_peak --json
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.queries.comparison import ComparisonFilter, compare_hardware, pairs_worst_first

    question = ComparisonFilter(hardware, baseline, metric, **asked)
    with open_warehouse(find_home(home)) as connection:
        comparisons = compare_hardware(connection, question)
        pairs = pairs_worst_first(connection, question, limit if not as_json else None)
    if as_json:
        from dataclasses import asdict

        from interfaces.cli.tables import print_json

        print_json({"comparisons": list(map(asdict, comparisons)), "pairs": pairs.as_dicts()})
        return
    if not comparisons:
        click.echo(
            "no two devices have measured the same work under the same version of a runtime; "
            "`benchmart matrix` shows what there is",
            err=True,
        )
        return
    _print_comparisons(comparisons, metric)
    if limit:
        click.echo()
        _print_pairs(pairs, limit)


def _print_comparisons(comparisons: "Sequence[Comparison]", metric: str) -> None:
    from interfaces.cli.tables import number, print_table

    rows = [
        [
            each.hardware_id,
            each.baseline_hardware_id,
            f"{number(each.advantage)} x",
            _interval(each),
            f"{number(each.worst)} .. {number(each.best)}",
            f"{each.model_count:,}",
            f"{each.pair_count:,}",
        ]
        for each in comparisons
    ]
    columns = [
        "hardware",
        "baseline",
        f"advantage in {metric}",
        "95 % interval",
        "worst .. best",
        "models",
        "pairs",
    ]
    print_table(columns, rows, numeric=columns[2:])


def _interval(each: "Comparison") -> str:
    from interfaces.cli.tables import number

    if each.advantage_low is None or each.advantage_high is None:
        return "too few models"
    return f"{number(each.advantage_low)} .. {number(each.advantage_high)}"


def _print_pairs(pairs: "Rows", limit: int) -> None:
    from interfaces.cli.tables import number, print_table

    rows = [
        [
            f"{number(pair['advantage'])} x",
            pair["model_id"],
            pair["hardware_id"],
            number(pair["value"]),
            pair["baseline_hardware_id"],
            number(pair["baseline_value"]),
            pair["unit"],
            _condition(pair),
        ]
        for pair in pairs.as_dicts()
    ]
    columns = ["advantage", "model", "hardware", "value", "baseline", "its value", "unit", "condition"]
    print_table(columns, rows, numeric=("advantage", "value", "its value"))
    if pairs.is_truncated:
        click.echo(f"... the {limit} worst pairs are shown; --limit shows more, --json all", err=True)


def _condition(pair: dict[str, object]) -> str:
    sizes = [f"{name} {pair[column]}" for column, name in _SIZES if pair[column]]
    named = ("phase", "precision", "compiler", "memory_format")
    words = [str(pair["mode"]), *(str(pair[name]) for name in named if pair[name])]
    return " ".join([*words, *sizes, str(pair["runtime"]), str(pair["runtime_version"] or "")])
