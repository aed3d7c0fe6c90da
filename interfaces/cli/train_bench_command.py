"""`benchmart train-bench`: train models on the ranks of this machine and append the results to the event log."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from benchmart.errors import ExitCode, UsageError
from interfaces.cli.options import home_option, json_option
from interfaces.cli.train_bench_report import list_configurations, show_results

if TYPE_CHECKING:
    from benchmart.event_log.events import ResultRecorded
    from collectors.training.configuration import TrainingConfiguration


@click.command("train-bench")
@home_option
@click.option(
    "--suite",
    "suite_name",
    metavar="NAME|FILE",
    help="A built-in suite (demo, cpu) or a TOML file [default: demo]",
)
@click.option("--model", metavar="NAME|decoder:...", help="Train this model in one way, instead of a suite")
@click.option(
    "--strategy",
    type=click.Choice(["single", "ddp", "fsdp2", "zero0", "zero1", "zero2", "zero3"]),
    help="With --model [default: ddp]; of a suite, keep this strategy",
)
@click.option("--ranks", type=click.IntRange(min=1), help="With --model [default: 2; single: 1]")
@click.option("--micro-batch", type=click.IntRange(min=1), help="Items of one rank in one pass [default: 1]")
@click.option(
    "--sequence-length", type=click.IntRange(min=1), help="Tokens of an item [default: the model's]"
)
@click.option(
    "--precision", type=click.Choice(["fp32", "amp_bf16", "mixed_bf16", "bf16"]), help="[default: fp32]"
)
@click.option("--optimizer", type=click.Choice(["adamw", "adamw_8bit", "sgd"]), help="[default: adamw]")
@click.option("--accumulation", "accumulation_steps", type=click.IntRange(min=1), help="Passes of one step")
@click.option("--checkpointing", type=click.Choice(["none", "full"]), help="[default: none]")
@click.option("--lora-rank", type=click.IntRange(min=1), help="Train adapters of this rank (LoRA)")
@click.option("--steps", type=click.IntRange(min=1), help="Timed optimizer steps [default: 3]")
@click.option("--device", type=click.Choice(["cpu", "cuda", "rocm", "mps", "xpu"]), help="[default: cpu]")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    default=900.0,
    show_default=True,
    help="Longest time for one configuration",
)
@click.option("--again", is_flag=True, help="Measure again what this machine has measured before")
@click.option("--dry-run", is_flag=True, help="List what would be trained, and stop")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    home: str | None,
    suite_name: str | None,
    timeout: float,
    again: bool,
    dry_run: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Train models on the ranks of this machine and append the results to the event log.

    Models have random weights and see one random batch again and again: nothing is downloaded, and the loss must
    fall. Each configuration runs under torchrun, with gloo on a CPU and NCCL between GPUs. Memory is the peak of the
    neediest rank during the steps, above what its process took before the model; what the memory model says of it is
    recorded before, and stands beside. What this machine has measured before is not measured again.

    \b
    Examples:
      benchmart train-bench                                 three small ways of training, less than a minute
      benchmart train-bench --suite cpu                     22, with 162 million parameters on two ranks
      benchmart train-bench --model gpt2 --strategy fsdp2 --checkpointing full
      benchmart train-bench --model decoder:layers=4,hidden=512,heads=8 --strategy zero2 --dry-run

    \b
    Exit codes:
      0  everything that this machine can try was measured
      3  some configurations failed; their errors are recorded
    """
    configurations = _configurations(suite_name, {n: v for n, v in asked.items() if v is not None})
    if dry_run:
        list_configurations(configurations, as_json=as_json)
        return
    run_id, results, predicted, skipped = _train(
        home, configurations, timeout, suite_name or ("" if asked["model"] else "demo"), again=again
    )
    show_results(run_id, results, predicted, skipped, as_json=as_json)
    ctx.exit(ExitCode.PARTIAL if any(result.status == "failed" for result in results) else ExitCode.OK)


def _configurations(suite_name: str | None, asked: dict[str, Any]) -> "list[TrainingConfiguration]":
    """The one configuration asked for, or those of the suite that are as asked."""
    from collectors.training.configuration import configuration_from
    from collectors.training.models import architecture_of
    from collectors.training.suite import read_suite

    if "model" in asked and not suite_name:
        if asked.get("strategy") == "single":
            asked.setdefault("ranks", 1)
        architecture_of(asked["model"])
        return [configuration_from(asked, "the options")]
    suite = read_suite(suite_name or "demo")
    kept = [each for each in suite if all(getattr(each, name) == value for name, value in asked.items())]
    if not kept:
        raise UsageError(
            "no configuration of the suite is as asked",
            where=suite_name or "demo",
            hint="See benchmart train-bench --dry-run, or give --model without --suite",
        )
    return kept


def _train(
    home: str | None,
    configurations: "Sequence[TrainingConfiguration]",
    timeout: float,
    suite: str,
    *,
    again: bool,
) -> "tuple[str, list[ResultRecorded], dict[str, float], int]":
    """Do the run, telling on stderr how it goes.

    Its id, the new results, the peak of memory predicted of each by its key, and how many were measured before.
    """
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.probes.machine import machine_id
    from collectors.runner.progress import narrator
    from collectors.runner.run import new_run_id
    from collectors.runner.runtime import describe_runtime
    from collectors.runner.verdict import Limits
    from collectors.training.run import Options, measured_before, train_all
    from interfaces.training_predictions import Foretelling

    place, runtime, run_id = find_home(home), describe_runtime(), new_run_id()
    log = EventLog(place.events)
    before = {} if again else measured_before(log, machine_id(), runtime)
    done = {key for key, row in before.items() if row["status"] == "ok"}
    todo = [each for each in configurations if each.key not in done]
    skipped = len(configurations) - len(todo)
    click.echo(f"run {run_id}: {len(todo)} of {len(configurations)} configurations to train", err=True)
    if not todo:
        return run_id, [], {}, skipped
    foretell = Foretelling()
    options = Options(Limits(timeout), place.workshop / "torch_extensions", suite, foretell)
    with narrator(len(todo)) as observer:
        results = train_all(log, todo, runtime, options, observer, run_id=run_id)
    return run_id, results, foretell.bytes_by_key, skipped
