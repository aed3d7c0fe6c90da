"""`benchmart predict batch`: the largest batch that fits into a device."""

from typing import Any

import click

from interfaces.cli.options import home_option, json_option

_SHOWN = (
    "model_id",
    "hardware_id",
    "mode",
    "precision",
    "batch",
    "expected_batch",
    "memory_bytes",
    "level",
    "case",
)


@click.command("batch")
@click.argument("model")
@click.argument("hardware")
@home_option
@click.option("--mode", type=click.Choice(["inference", "training"]), default="training", show_default=True)
@click.option("--precision", default="fp32", show_default=True)
@click.option("--image-size", type=click.IntRange(min=1), help="Pixels along one side")
@click.option("--sequence-length", type=click.IntRange(min=1), help="Tokens per item")
@click.option("--compiler", help="Such as eager or dynamo")
@click.option("--memory-format", type=click.Choice(["nchw", "nhwc"]))
@json_option
def batch(home: str | None, *, as_json: bool, **asked: Any) -> None:
    """Predict the largest batch of MODEL that fits into HARDWARE.

    `batch` is meant to run in `level` of such cases; `expected_batch` is the largest whose expected peak fits. Both are
    of the ladder 1, 2, 3, 4, 6, 8, 12, 16, ... that benchmarks fall back through.
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from interfaces.cli.tables import print_json, print_table, shown
    from predictors.registry.asking import Asked, questions_of
    from predictors.registry.memory import serving

    place = find_home(home)
    version, predictor = serving(place)
    with open_warehouse(place) as connection:
        [question] = questions_of(connection, [Asked(**asked, metric="memory_device_peak")])
    found = predictor.largest_batch(question)
    row = {
        "model_id": question.profile.model_id or question.profile.subject,
        "hardware_id": question.hardware.hardware_id,
        "mode": question.mode,
        "precision": question.precision,
        "image_size": question.profile.image_size,
        "batch": found.batch,
        "expected_batch": found.expected_batch,
        "memory_bytes": found.card_bytes,
        "level": found.level,
        "case": found.case.name,
        "basis": "predicted",
        "warnings": list(found.warnings),
        "predictor_version": version,
    }
    if as_json:
        print_json(row)
        return
    print_table(_SHOWN, [[shown(row[name]) for name in _SHOWN]])
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
