"""`benchmart collect`: measure models on this machine and append the results to the event log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from benchmart.errors import ExitCode
from interfaces.cli.collect_report import list_configurations, show_results
from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.event_log.events import ResultRecorded
    from collectors.runner.configuration import Configuration
    from collectors.runner.run import Options
    from collectors.runner.runtime import Runtime
    from collectors.runner.suite import Suite

_GIBIBYTE = 1024**3
_USUAL_MEMORY_SHARE = 0.8


@click.command("collect")
@home_option
@click.option(
    "--suite",
    "suite_name",
    metavar="NAME|FILE",
    default="demo",
    show_default=True,
    help="A built-in suite (demo, standard) or a TOML file",
)
@click.option("--family", "families", multiple=True, help="Keep this family of models; may be repeated")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME|MODULE:FACTORY",
    help="Keep this model of the suite, or measure your own; may be repeated",
)
@click.option(
    "--mode", "modes", multiple=True, type=click.Choice(["inference", "training"]), help="Keep this mode"
)
@click.option(
    "--device",
    "devices",
    multiple=True,
    type=click.Choice(["cpu", "cuda", "rocm", "mps", "xpu"]),
    help="Measure on this device instead of all that are present; an absent one is recorded as untested",
)
@click.option(
    "--precision",
    "precisions",
    multiple=True,
    type=click.Choice(["fp32", "bf16", "fp16", "int8"]),
    help="Keep this precision; may be repeated",
)
@click.option(
    "--batch-size", "batch_sizes", multiple=True, type=click.IntRange(min=1), help="Keep this batch size"
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    default=300.0,
    show_default=True,
    help="Longest time for one configuration",
)
@click.option(
    "--memory-limit",
    metavar="GB",
    type=click.FloatRange(min=0.1),
    help="Most memory (GiB) for one configuration [default: 80% of what is free]",
)
@click.option("--iterations", type=click.IntRange(min=1), help="Timed steps, at least [default: the suite's]")
@click.option(
    "--min-seconds", type=click.FloatRange(min=0), help="Timed work, at least [default: the suite's]"
)
@click.option(
    "--warmup", type=click.IntRange(min=0), help="Steps before timing starts [default: the suite's]"
)
@click.option("--dry-run", is_flag=True, help="List what would be measured, and stop")
@click.option(
    "--resume",
    metavar="[RUN_ID]",
    is_flag=False,
    flag_value="last",
    help="Go on with this run, or with the last unfinished one",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    home: str | None,
    suite_name: str,
    dry_run: bool,
    resume: str | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Measure models on this machine and append the results to the event log.

    Models are real architectures with random weights, so nothing is downloaded. Each configuration runs in
    a process of its own: one that crashes, hangs or eats all memory is recorded as failed, and the next
    goes on.

    \b
    Examples:
      benchmart collect                                     the demo suite, two to three minutes
      benchmart collect --suite standard --family vision
      benchmart collect --dry-run --precision bf16          only list what would run
      benchmart collect --resume                            go on after an interruption
      benchmart collect --model mypackage.models:make --batch-size 1 --batch-size 8

    A factory is called with the configuration (batch_size, precision, ...) and returns (torch module,
    inputs), where inputs is a tuple or a dictionary of tensors.

    \b
    Exit codes:
      0  everything that this machine can try was measured
      3  some configurations failed; their errors are recorded
    """
    from collectors.runner.filters import select
    from collectors.runner.runtime import describe_runtime
    from collectors.runner.suite import read_suite

    suite, selection = read_suite(suite_name), _selection(asked)
    runtime = describe_runtime()
    configurations = select(suite, selection, list(runtime.devices))
    if dry_run:
        list_configurations(configurations, runtime, as_json=as_json)
        return
    run_id, results = _collect(home, configurations, runtime, _options(suite, asked), resume)
    show_results(run_id, results, as_json=as_json)
    ctx.exit(ExitCode.PARTIAL if any(result.status == "failed" for result in results) else ExitCode.OK)


def _selection(asked: dict[str, Any]) -> Any:
    from collectors.runner.filters import Selection

    fields = ("families", "models", "modes", "devices", "precisions", "batch_sizes")
    return Selection(**{field: asked[field] for field in fields})


def _options(suite: "Suite", asked: dict[str, Any]) -> "Options":
    """The suite's plan with what was asked for instead, and the limits."""
    import psutil

    from collectors.runner.run import Options
    from collectors.runner.verdict import Limits

    fields = ("iterations", "min_seconds", "warmup")
    plan = replace(suite.plan, **{field: asked[field] for field in fields if asked[field] is not None})
    limit = asked["memory_limit"]
    free = psutil.virtual_memory().available
    memory = int(limit * _GIBIBYTE if limit else free * _USUAL_MEMORY_SHARE)
    return Options(plan, Limits(asked["timeout"], memory), suite.name)


def _collect(
    home: str | None,
    configurations: "Sequence[Configuration]",
    runtime: "Runtime",
    options: "Options",
    resume: str | None,
) -> tuple[str, "list[ResultRecorded]"]:
    """Do the run, telling on stderr how it goes; returns its id and the new results."""
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.probes.machine import machine_id
    from collectors.runner.progress import narrator
    from collectors.runner.resume import find_run
    from collectors.runner.run import collect, new_run_id

    log = EventLog(find_home(home).events)
    earlier = find_run(log, resume, machine_id()) if resume else None
    run_id = earlier.run_id if earlier else new_run_id()
    todo = [each for each in configurations if not (earlier and earlier.is_done(each, runtime))]
    click.echo(f"run {run_id}: {len(todo)} of {len(configurations)} configurations to try", err=True)
    try:
        with narrator(len(todo)) as observer:
            return run_id, collect(
                log, configurations, runtime, options, observer, run_id=run_id, earlier=earlier
            )
    except KeyboardInterrupt:
        click.echo(f"stopped; what was measured is kept. Go on with --resume {run_id}", err=True)
        raise
