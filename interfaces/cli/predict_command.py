"""`benchmart predict`: what was not measured, with intervals, and how well that does."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from interfaces.cli.options import home_option, json_option
from interfaces.cli.predict_batch import batch
from interfaces.cli.predict_effects import effects
from interfaces.cli.predict_evaluate import evaluate
from interfaces.cli.predict_importance import importance

_Function = TypeVar("_Function", bound=Callable[..., Any])
_SHOWN = ("model_id", "hardware_id", "precision", "batch_size", "metric", "value", "low", "high", "case")
_RUN = (
    "model_id",
    "hardware_id",
    "mode",
    "precision",
    "batch_size",
    "metric",
    "asked_count",
    "half_width",
    "gain",
)
_METRICS = ("throughput", "latency_mean", "memory_device_peak", "memory_peak")
"""Rates and times have an interval of 90 %; peaks of memory an upper bound that 95 % keep."""
_PERCENT = ("median_error", "mean_error", "coverage")


def _condition_options(function: _Function) -> _Function:
    """What both `one` and `matrix` may state."""
    for option in (
        click.option("--metric", type=click.Choice(_METRICS), default="throughput", show_default=True),
        click.option("--mode", type=click.Choice(["inference", "training"]), default="inference"),
        click.option("--image-size", type=click.IntRange(min=1), help="Pixels along one side"),
        click.option("--sequence-length", type=click.IntRange(min=1), help="Tokens per item"),
        click.option("--compiler", help="Such as eager or dynamo"),
        click.option("--memory-format", type=click.Choice(["nchw", "nhwc"])),
        click.option("--runtime-version", help="Version of the runtime"),
        click.option("--dry-run", is_flag=True, help="Do not note the prediction in the event log"),
    ):
        function = option(function)
    return function


@click.group("predict")
def command() -> None:
    """Predict what was not measured, with an interval that says how sure it is.

    \b
    Examples:
      benchmart predict train                                      learn from what was measured
      benchmart predict one resnet50 rtx4090 --precision amp_fp16 --batch-size 256
      benchmart predict one mine h100 --flops 8e9 --parameters 25e6
      benchmart predict one resnet50 rtx4090 --metric memory_device_peak --mode training --batch-size 64
      benchmart predict batch resnet50 rtx4090 --mode training     the largest that fits
      benchmart predict matrix --model resnet50 --hardware h100 --hardware l4
      benchmart predict evaluate --suite memory                    errors on what was not seen
      benchmart predict score results/*.csv --probes 20
      benchmart predict effects                                    what a compiler, a device or a family does to time
    """


@command.command("one")
@click.argument("model")
@click.argument("hardware")
@home_option
@click.option("--precision", default="fp32", show_default=True)
@click.option("--batch-size", type=click.IntRange(min=1), default=1, show_default=True)
@_condition_options
@click.option(
    "--flops", type=float, help="Operations of a forward pass for one item, for a model without profile"
)
@click.option("--parameters", type=float, help="Parameters of such a model")
@click.option("--activations", type=float, help="Elements that a forward pass of it writes for one item")
@click.option("--memory-bandwidth", type=float, help="Bytes a second, for a device that is not catalogued")
@click.option("--peak-flops", type=float, help="Operations a second of such a device in this precision")
@json_option
def one(home: str | None, *, dry_run: bool, as_json: bool, **asked: Any) -> None:
    """Predict one number of MODEL on HARDWARE.

    The answer says which case it is: what of the question the predictor has not seen. It is noted in the event log, so
    that it can be held against what is measured later.
    """
    rows = _answered(home, [asked], dry_run=dry_run)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json(rows[0])
        return
    _print(rows, _SHOWN)
    for warning in rows[0]["warnings"]:
        click.echo(f"warning: {warning}", err=True)


@command.command("matrix")
@home_option
@click.option("--model", "models", multiple=True, required=True, metavar="NAME", help="May be repeated")
@click.option("--hardware", "devices", multiple=True, required=True, metavar="NAME", help="May be repeated")
@click.option("--precision", "precisions", multiple=True, default=["fp32"], show_default=True)
@click.option("--batch-size", "batch_sizes", type=click.IntRange(min=1), multiple=True, default=[1])
@_condition_options
@json_option
def matrix(
    home: str | None,
    models: Sequence[str],
    devices: Sequence[str],
    precisions: Sequence[str],
    batch_sizes: Sequence[int],
    *,
    dry_run: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Predict every model on every device."""
    wanted = [
        {**asked, "model": model, "hardware": device, "precision": precision, "batch_size": size}
        for model in models
        for device in devices
        for precision in precisions
        for size in batch_sizes
    ]
    _show(_answered(home, wanted, dry_run=dry_run), _SHOWN, as_json=as_json)


@command.command("train")
@home_option
@click.option(
    "--predictor", "names", type=click.Choice(["performance", "memory"]), multiple=True,
    help="May be repeated [default: both, as far as there are results]",
)  # fmt: skip
@json_option
def train(home: str | None, names: Sequence[str], *, as_json: bool) -> None:
    """Learn from what was measured, and replace the predictor that serves if that is no worse anywhere.

    Versions are kept in the home's folder `predictors`, and events tell of them, with their errors on results that were
    hidden from them. Results that are too few to learn rates from anew are taken in by the version that serves.
    """
    from dataclasses import asdict

    from benchmart.config import find_home
    from predictors.registry.train_all import train_all

    done = train_all(find_home(home), names)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json([asdict(each) for each in done])
        return
    _print(
        [{"predictor": each.predictor, **asdict(score)} for each in done for score in each.scores],
        ("predictor", "split", "result_count", *_PERCENT),
    )
    for each in done:
        verdict = "serves now" if each.is_champion else "does not serve"
        told = (
            f"{each.predictor} {each.version}, from {each.result_count:,} results, {verdict}: {each.reason}"
        )
        click.echo(told, err=True)
        _say_skipped(each.skipped)


command.add_command(batch)
command.add_command(evaluate)


@command.command("score")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@home_option
@click.option(
    "--mapping", "mappings", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
    help="A TOML file that explains a kind of table (see docs/mapping.md)",
)  # fmt: skip
@click.option(
    "--probes", type=click.IntRange(min=0), default=0, help="Results of each new device taken in first"
)
@json_option
def score(
    paths: Sequence[Path], home: str | None, mappings: Sequence[Path], probes: int, *, as_json: bool
) -> None:
    """Predict every result of files that were never imported, from its condition alone, and show the errors.

    The files are imported into a home of their own that is removed afterwards; the event log does not change.
    """
    from dataclasses import asdict

    from benchmart.config import find_home
    from interfaces.cli.predict_files import measured_in
    from predictors.registry.training import serving
    from predictors.scoring import score as scored

    _, predictor = serving(find_home(home))
    measured = measured_in(paths, mappings)
    rows = [asdict(part) for part in scored(measured, predictor, probes)]
    _show(rows, ("by", "name", "result_count", *_PERCENT, "ranking"), as_json=as_json)
    _say_skipped(measured.skipped)


@command.command("next")
@home_option
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)
@json_option
def next_(home: str | None, limit: int, *, as_json: bool) -> None:
    """Show which runs would take off most uncertainty of what was asked and never measured.

    The gain is how much of the interval a run takes off, times how often that number was asked for.
    """
    from dataclasses import asdict

    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from predictors.planning import next_runs

    with open_warehouse(find_home(home)) as connection:
        rows = [asdict(run) for run in next_runs(connection, limit)]
    if not rows and not as_json:
        click.echo("nothing was asked that is not measured; predictions count once they are built", err=True)
    _show(rows, _RUN, as_json=as_json)


@command.command("probes")
@home_option
@click.option("--count", type=click.IntRange(min=1), default=10, show_default=True, help="How many models")
@json_option
def probes(home: str | None, count: int, *, as_json: bool) -> None:
    """Show which models to measure first on a device that nobody has measured."""
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from predictors.facts import Facts
    from predictors.planning import first_probes

    with open_warehouse(find_home(home)) as connection:
        chosen = first_probes(Facts(connection).traced, count)
    columns = ("model_id", "image_size", "sequence_length", "flops_per_item", "parameter_count")
    rows = [{name: getattr(profile, name) for name in columns} for profile in chosen]
    _show(rows, columns, as_json=as_json)


command.add_command(importance)
command.add_command(effects)


def _answered(
    home: str | None, wanted: Sequence[Mapping[str, Any]], *, dry_run: bool
) -> list[Mapping[str, Any]]:
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from predictors.registry.asking import Asked, issue, questions_of, told
    from predictors.registry.serving import serving

    place = find_home(home)
    name, version, predictor = serving(place, wanted[0]["metric"])
    with open_warehouse(place) as connection:
        questions = questions_of(connection, [Asked(**asked) for asked in wanted])
    answers = list(zip(questions, predictor.predict(questions), strict=True))
    if not dry_run:
        issue(place, version, name, answers)
    return [
        {**told(question, said), "predictor": name, "predictor_version": version}
        for question, said in answers
    ]


def _show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        from interfaces.cli.tables import print_json

        print_json(list(rows))
    else:
        _print(rows, columns)


def _print(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    from interfaces.cli.tables import print_table, shown

    def text(column: str, value: Any) -> str:
        return f"{value:.1%}" if column in _PERCENT and value is not None else shown(value)

    numeric = [column for column in columns if rows and isinstance(rows[0][column], int | float)]
    print_table(columns, [[text(column, row[column]) for column in columns] for row in rows], numeric)


def _say_skipped(count: int) -> None:
    if count:
        click.echo(
            f"{count:,} results were left out: the work of their model or their device is not known", err=True
        )
