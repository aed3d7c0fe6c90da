"""`benchmart plan search`: a short search of the micro-batch, measured on this machine."""

import os
import time
from typing import TYPE_CHECKING, Any

import click

from benchmart.errors import ExitCode, UsageError
from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from collectors.training.configuration import TrainingConfiguration
    from interfaces.training_search.running import Searched
    from predictors.training_search.trials import Space

_BUSY = 0.5
"""Load for each core above which others are said to be at work."""


@click.command("search")
@click.argument("model", metavar="MODEL|decoder:...")
@home_option
@click.option(
    "--strategy",
    type=click.Choice(["single", "ddp", "fsdp2", "zero0", "zero1", "zero2", "zero3"]),
    help="[default: single, or ddp with several ranks]",
)
@click.option("--ranks", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--batch", type=click.IntRange(min=1), help="Items of an optimizer step on all ranks [default: any]"
)
@click.option(
    "--sequence-length", type=click.IntRange(min=1), help="Tokens of an item [default: the model's]"
)
@click.option(
    "--precision", type=click.Choice(["fp32", "amp_bf16", "mixed_bf16", "bf16"]), help="[default: fp32]"
)
@click.option("--optimizer", type=click.Choice(["adamw", "adamw_8bit", "sgd"]), help="[default: adamw]")
@click.option("--lora-rank", type=click.IntRange(min=1), help="Train adapters of this rank (LoRA)")
@click.option(
    "--device", type=click.Choice(["cpu", "cuda", "rocm", "mps", "xpu"]), default="cpu", show_default=True
)
@click.option("--threads", type=click.IntRange(min=1), help="Of a rank on a CPU [default: cores shared out]")
@click.option("--memory", metavar="SIZE", help="That one rank may take [default: what is free, less a tenth]")
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True, help="Of the whole search"
)
@click.option(
    "--steps", type=click.IntRange(min=2), default=5, show_default=True, help="Timed steps of a trial"
)
@json_option
@click.pass_context
def search(
    context: click.Context,
    /,
    *,
    home: str | None,
    seconds: float,
    memory: str | None,
    batch: int | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Find the micro-batch of MODEL by training a few steps at several sizes on this machine.

    The micro-batch is doubled until throughput has twice not grown by more than noise, or the peak of a rank, predicted
    and corrected by what was measured, would not stay in memory. There, layers are computed again (checkpointing) and
    micro-batches accumulated. Each trial is an event, as of `train-bench`, and what was measured before is not measured
    again: a search that ran out of time goes on when it is started anew. `step s` is the fastest timed step, for what
    else runs on a machine only ever adds to it, and `noise` how much slower the second fastest was.

    \b
    Examples:
      benchmart plan search gpt2 --sequence-length 128
      benchmart plan search decoder:layers=4,hidden=256,heads=4 --strategy fsdp2 --ranks 2 --batch 32
      benchmart plan search llama-160m --memory 4GB --seconds 120 --json

    \b
    Exit codes:
      0  there is a choice
      1  nothing ran in the memory and time there is
    """
    from interfaces.cli.plan_search_tables import print_searched

    base = _base(asked, batch)
    _say_if_busy()
    space, found, run_id = _searched(home, base, batch, memory, seconds)
    print_searched(base, space, found, run_id, as_json=as_json)
    context.exit(int(ExitCode.OK if found.chosen else ExitCode.FAILURE))


def _base(asked: dict[str, Any], batch: int | None) -> "TrainingConfiguration":
    """All that is not searched for."""
    from collectors.training.configuration import configuration_from
    from collectors.training.models import architecture_of

    given = {name: value for name, value in asked.items() if value is not None}
    given.setdefault("strategy", "single" if given["ranks"] == 1 else "ddp")
    architecture_of(given["model"])
    if batch is not None and batch % given["ranks"]:
        raise UsageError(
            f"a batch of {batch} cannot be dealt evenly to {given['ranks']} ranks",
            hint="Give a multiple of the ranks",
        )
    return configuration_from(given, "the options")


def _say_if_busy() -> None:
    """Say on stderr when other work slows what is measured, where the system tells it."""
    load, cores = (os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0), os.cpu_count() or 1
    if load > cores * _BUSY:
        click.echo(
            f"warning: other work runs here (load {load:.1f} on {cores} cores): times will scatter", err=True
        )


def _searched(
    home: str | None, base: "TrainingConfiguration", batch: int | None, memory: str | None, seconds: float
) -> "tuple[Space, Searched, str]":
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.probes.machine import machine_id
    from collectors.runner.run import new_run_id
    from collectors.runner.runtime import describe_runtime
    from collectors.runner.verdict import Limits
    from collectors.training.run import Options, TrainingRun, measured_before
    from interfaces.cli.plan_search_tables import Narration
    from interfaces.training_predictions import foretell
    from interfaces.training_search.running import search as run_search
    from interfaces.training_search.space import space_for

    began = time.monotonic()
    place, runtime, run_id = find_home(home), describe_runtime(), new_run_id()
    log, space = EventLog(place.events), space_for(base, batch, memory)
    options = Options(Limits(seconds), place.workshop / "torch_extensions", "search", foretell)
    run = TrainingRun(log, runtime, options, Narration(), run_id)
    before = measured_before(log, machine_id(), runtime)
    left = seconds - (time.monotonic() - began)
    return space, run_search(base, space, before, run, left), run_id
