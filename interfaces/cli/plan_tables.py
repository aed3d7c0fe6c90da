"""A plan of training as tables for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from interfaces.cli.tables import number, print_table

if TYPE_CHECKING:
    from predictors.training_memory.setup import TrainingMemory, TrainingSetup
    from predictors.training_plan.datasets import DatasetProfile
    from predictors.training_plan.plan import DoesNotFit, Plan

_BAR = 40


def print_answer(result: "Plan | DoesNotFit", profile: "DatasetProfile | None" = None) -> None:
    """The plan, or why there is none; data on stdout, warnings and assumptions on stderr."""
    from predictors.training_plan.plan import Plan

    if isinstance(result, Plan):
        _print_plan(result)
    else:
        _print_refusal(result)
    if profile:
        _print_dataset(profile)


def _print_plan(plan: "Plan") -> None:
    from predictors.training_plan.hyperparameters import hyperparameters_of

    setup, request = plan.setup, plan.request
    click.echo(f"{request.architecture.name}, {request.architecture.parameter_count / 1e9:.3g} B parameters")
    click.echo(f"strategy     {described(setup)}: {'; '.join(plan.reasons)}")
    click.echo(
        f"batch        {request.global_batch} = {setup.micro_batch} x {setup.accumulation_steps} micro-batches x "
        f"{setup.data_parallel} {_rank_words(setup)}, {_items(plan)}"
    )
    click.echo(f"micro-batch  {hyperparameters_of(plan).micro_batch_reason}")
    rate = f"{number(plan.tokens_per_second)} {_unit(plan)}/s"
    click.echo(f"time         {number(plan.step.seconds)} s a step, {rate} (estimated)")
    _print_memory(plan.memory, request.devices.memory_bytes, request.room_bytes)
    if plan.optimisations:
        click.echo("\nwhat makes it fit, each against the same plan without it (estimated)")
        rows = [
            [each.name, f"{each.saved_bytes / 1e9:.2f}", f"{each.cost_share:+.0%}", each.what, each.source]
            for each in plan.optimisations
        ]
        print_table(["optimisation", "saves GB", "time", "what", "source"], rows, ["saves GB", "time"])
    click.echo(f"\nscaling (estimated): up to {plan.worthwhile_devices} devices are worth it")
    rows = [
        [str(each.devices), number(each.tokens_per_second), f"{each.efficiency:.0%}", _bar(each.efficiency)]
        for each in plan.scaling
    ]
    rate = f"{_unit(plan)}/s"
    print_table(["devices", rate, "efficiency", ""], rows, ["devices", rate, "efficiency"])
    for warning in plan.warnings:
        click.echo(f"warning: {warning}", err=True)
    for assumption in plan.assumptions:
        click.echo(f"assumed: {assumption}", err=True)


def _items(plan: "Plan") -> str:
    """What a batch is made of."""
    return "images" if _unit(plan) == "images" else f"sequences of {plan.setup.sequence_length}"


def _unit(plan: "Plan") -> str:
    """What throughput counts."""
    return "images" if plan.request.architecture.family == "vision" else "tokens"


def _rank_words(setup: "TrainingSetup") -> str:
    """What has a micro-batch of its own."""
    return "devices" if setup.tensor_parallel == 1 else f"groups of {setup.tensor_parallel} devices"


def described(setup: "TrainingSetup") -> str:
    """The strategy and what goes with it, in a few words."""
    words = [setup.strategy, setup.precision]
    if setup.tensor_parallel > 1:
        words.append(f"tensor parallel over {setup.tensor_parallel}")
    if setup.checkpointing != "none":
        words.append(f"{setup.checkpointing} checkpointing")
    if setup.optimizer != "adamw":
        words.append(setup.optimizer)
    places = {what: getattr(setup, f"offload_{what}") for what in ("optimizer", "parameters")}
    words += [f"{what} on {place}" for what, place in places.items() if place != "none"]
    if setup.adapters:
        words.append(f"adapters of rank {setup.adapters.rank}")
    return ", ".join(words)


def _print_memory(memory: "TrainingMemory", whole: float, room: float) -> None:
    click.echo(
        f"\nmemory of one device (predicted): {memory.device_bytes / 1e9:.1f} of {whole / 1e9:.1f} GB, "
        f"of which {room / 1e9:.1f} may be used; bounds {memory.low / 1e9:.1f} to {memory.high / 1e9:.1f}"
    )
    _print_parts(memory.device_parts, whole)
    if memory.host_bytes:
        click.echo(f"\nmemory on the host for each device: {memory.host_bytes / 1e9:.1f} GB")
        _print_parts(memory.host_parts, memory.host_bytes)


def _print_parts(parts: Mapping[str, float], whole: float) -> None:
    rows = [[name, f"{size / 1e9:.2f}", _bar(size / whole)] for name, size in parts.items() if size]
    print_table(["part", "GB", ""], rows, ["GB"])


def _bar(share: float) -> str:
    return "█" * max(1, round(min(share, 1.0) * _BAR))


def _print_refusal(result: "DoesNotFit") -> None:
    click.echo(result.explanation)
    _print_memory(result.memory, result.request.devices.memory_bytes, result.request.room_bytes)
    click.echo("\nwhat would fit")
    for suggestion in result.suggestions:
        click.echo(f"  {suggestion}")


def _print_dataset(profile: "DatasetProfile") -> None:
    click.echo(
        f"\ndata set: {profile.items:,} items, {profile.tokens:,} tokens; {profile.cut_items:,} items are longer than "
        f"{profile.maximum} and lose {profile.cut_tokens:,} tokens"
    )
    most = max(count for _, _, count in profile.histogram)
    rows = [[f"{low}-{high}", f"{count:,}", _bar(count / most)] for low, high, count in profile.histogram]
    print_table(["tokens", "items", ""], rows, ["tokens", "items"])
    click.echo(
        f"\na maximum of {profile.recommended_maximum} keeps 99 % of all tokens; cheapest: {profile.recommended.name}"
    )
    rows = [
        [each.name, number(each.computed_tokens), f"{each.waste:.1%}", f"{each.speedup:.2f}"]
        for each in profile.batchings
    ]
    print_table(
        ["batches", "tokens computed", "padding", "times as fast"], rows, ["tokens computed", "padding"]
    )
