"""`benchmart compare`: one thing held against another on equal conditions."""

from collections.abc import Sequence

import click

from interfaces.cli.options import as_of_option, home_at, home_option

_KINDS = (
    "hardware", "stack", "compiler", "precision", "batch", "sequence", "training", "energy", "cost", "system",
)  # fmt: skip


@click.command("compare")
@click.argument("side", required=False)
@click.argument("baseline", required=False)
@home_option
@as_of_option
@click.option(
    "--by", type=click.Choice(_KINDS), default="hardware", show_default=True, help="What to hold against what"
)
@click.option("--metric", default="throughput", show_default=True, metavar="NAME", help="What to compare by")
@click.option("--model", "models", multiple=True, metavar="NAME", help="Keep this model; may be repeated")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Keep this family of models")
@click.option(
    "--mode", "modes", multiple=True, type=click.Choice(["inference", "training"]), help="Keep this mode"
)
@click.option("--precision", "precisions", multiple=True, metavar="NAME", help="Keep this precision")
@click.option("--hardware", multiple=True, metavar="NAME", help="Keep this device; may be repeated")
@click.option(
    "--collector", "collectors", multiple=True, metavar="NAME",
    help="Keep what this collector or format brought in, such as timm_csv",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True,
    help="Most comparisons, and most pairs, to print in tables",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True,
    help="How to print; csv has the comparisons without the pairs",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json")
def command(
    side: str | None,
    baseline: str | None,
    home: str | None,
    as_of: str | None,
    limit: int,
    form: str,
    as_json: bool,  # noqa: FBT001
    **options: str | Sequence[str],
) -> None:
    """Compare SIDE with BASELINE, or all there is, on equal conditions.

    Only results that agree in everything but the thing compared are paired: model, mode, device, precision,
    sizes, compiler, version of the runtime. The advantage says how many times better a side is than its
    baseline, in the metric's own direction: above 1 is better. It is the median over models, each counted
    once, with a 95 % interval. Pairs are listed the worst first.

    By hardware, energy (items a joule) and cost (items for the money), the sides are devices; by stack they are
    versions of software (2.4, torch=2.4, cuda=12.4, driver=550); by compiler, precision and system they are
    names. Batch sizes and lengths of sequences are held against the smallest, precisions against fp32 or the
    highest there is, training against inference.

    \b
    Examples:
      benchmart compare                              every two devices with equal work
      benchmart compare rtx4090 rtx3090 --collector timm_csv
      benchmart compare rtx4090 --model resnet50     against all devices that ran it alike
      benchmart compare --by stack 2.4 2.1           the newer torch against the older, each device by itself
      benchmart compare --by compiler dynamo eager
      benchmart compare --by precision --family vision --json
      benchmart compare --by batch --metric latency_mean
      benchmart compare --by energy rtx4090 rtx3090
      benchmart compare --by system 8xH200-SXM-141GB_TRT 8xMI300X_2xEPYC-9374F
    """
    from benchmart.connection import open_warehouse
    from benchmart.queries.pairs import Asked
    from interfaces.cli.compare_tables import show

    form = "json" if as_json else form
    asked = Asked(side=side, baseline=baseline, **options)  # type: ignore[arg-type]
    with open_warehouse(home_at(home, as_of)) as connection:
        show(connection, asked, form, limit)
