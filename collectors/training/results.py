"""Turn what became of a way of training into an event."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.runner.measurement import percentile
from collectors.runner.numbers import first_fact
from collectors.runner.shared_fields import Context, envelope, identity_of_try, told_of_try
from collectors.training.configuration import TrainingConfiguration
from collectors.training.engines import BUCKET_ELEMENTS
from collectors.training.launch import GOAL, Outcome, RankFacts, mean_losses, threads_of_rank
from collectors.training.models import architecture_of, dimensions_of
from collectors.training.obstacles import packages_of

COLLECTOR = "training"
_PERCENTILES = {"latency_p50": 50, "latency_p90": 90}
_TEXT = ("embedding", "text_generation")


def measured_result(
    context: Context, configuration: TrainingConfiguration, at: datetime, outcome: Outcome
) -> ResultRecorded:
    """The result of a configuration that was tried."""
    failure = outcome.failure
    return _result(
        context,
        configuration,
        at,
        status="failed" if failure else "ok",
        error=(failure.error_class, failure.message) if failure else None,
        parameter_count=first_fact(outcome.ranks[0], "parameter_count"),
        attributes=attributes_of(outcome),
        metrics=[] if failure else metrics_of(configuration, outcome.ranks),
    )


def untried_result(
    context: Context, configuration: TrainingConfiguration, at: datetime, obstacle: tuple[str, str]
) -> ResultRecorded:
    """The result of a configuration that this machine cannot even try."""
    return _result(context, configuration, at, status="untested", error=obstacle)


def metrics_of(configuration: TrainingConfiguration, ranks: Sequence[RankFacts]) -> list[Metric]:
    """All numbers of a configuration that ran. A step ends when its slowest rank has; memory is the neediest rank's."""
    measured = [facts[GOAL] for facts in ranks]
    samples = [max(each) for each in zip(*(each["samples"] for each in measured), strict=True)]
    warmup = [max(each) for each in zip(*(each["warmup_samples"] for each in measured), strict=True)]
    mean = sum(samples) / len(samples)
    tokens = _tokens_per_step(configuration)
    numbers = (
        ("throughput", "item/second", configuration.global_batch / mean),
        ("token_throughput", "token/second", tokens / mean if tokens else None),
        ("load_time", "second", _highest(ranks, "built", "load_seconds")),
        ("memory_peak", "byte", _highest(ranks, GOAL, "memory_peak_bytes")),
        ("memory_build_peak", "byte", _highest(ranks, "built", "memory_build_peak_bytes")),
        ("memory_reserved_peak", "byte", _highest(ranks, GOAL, "memory_reserved_peak_bytes")),
    )
    return [
        Metric("latency_mean", "second", mean, samples, warmup),
        *(Metric(name, "second", percentile(samples, percent)) for name, percent in _PERCENTILES.items()),
        *(Metric(name, unit, float(value)) for name, unit, value in numbers if value is not None),
    ]


def condition(configuration: TrainingConfiguration) -> dict[str, str]:
    """What has no column of its own and must be equal for two results to be comparable."""
    parts = {
        "weights": "random",
        "architecture_digest": architecture_of(configuration.model).digest,
        "threads": threads_of_rank(configuration) if configuration.device == "cpu" else None,
        "strategy": configuration.strategy,
        "ranks": configuration.ranks,
        "micro_batch": configuration.micro_batch,
        "accumulation_steps": configuration.accumulation_steps,
        "optimizer": configuration.optimizer,
        "checkpointing": configuration.checkpointing,
        "offload_optimizer": configuration.offload_optimizer,
        "reshards_after_forward": str(configuration.reshards_after_forward).lower()
        if configuration.strategy == "fsdp2"
        else None,
        "bucket_elements": BUCKET_ELEMENTS if configuration.is_deepspeed else None,
        "method": "lora" if configuration.lora_rank else "full",
        "lora_rank": configuration.lora_rank,
    }
    return {name: str(value) for name, value in parts.items() if value is not None}


def attributes_of(outcome: Outcome) -> dict[str, str]:
    """What else is worth knowing of an attempt."""
    ranks, failure = outcome.ranks, outcome.failure
    is_measured = all(GOAL in facts for facts in ranks)
    losses: list[float | None] = [*mean_losses(ranks)] if is_measured else [None]
    first = ranks[0]
    values = {
        **{
            name: first_fact(first, name)
            for name in ("load_average", "architecture", "memory_source", "trainable_parameters")
        },
        "iterations": len(first[GOAL]["samples"]) if is_measured else None,
        "warmup_iterations": len(first[GOAL]["warmup_samples"]) if is_measured else None,
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "losses": json.dumps(losses) if is_measured else None,
        "memory_peak_by_rank": _by_rank(ranks, GOAL, "memory_peak_bytes"),
        "memory_baseline_by_rank": _by_rank(ranks, "started", "memory_baseline_bytes"),
        "wall_seconds": round(outcome.wall_seconds, 3),
        "stages": " ".join(first),
        "traceback": failure.traceback if failure else None,
        "output_tail": outcome.output_tail if failure else None,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _result(
    context: Context,
    configuration: TrainingConfiguration,
    at: datetime,
    *,
    status: str,
    error: tuple[str, str] | None = None,
    parameter_count: int | None = None,
    attributes: Mapping[str, str] | None = None,
    metrics: Sequence[Metric] = (),
) -> ResultRecorded:
    architecture = architecture_of(configuration.model)
    return ResultRecorded(
        **envelope(context, configuration, at, COLLECTOR),
        **told_of_try(context, configuration, status, error),
        family=architecture.family,
        mode="training",
        # Ranks on a CPU share it.
        device_count=1 if configuration.device == "cpu" else configuration.ranks,
        compiler="eager",
        batch_size=configuration.global_batch,
        sequence_length=configuration.sequence_length or architecture.sequence_length,
        image_size=architecture.image_size,
        parameter_count=parameter_count,
        condition=condition(configuration),
        attributes={
            **identity_of_try(context, configuration),
            **{name: str(value).lower() for name, value in dimensions_of(architecture).items()},
            **_versions(configuration),
            **(attributes or {}),
        },
        metrics=metrics,
    )


def _tokens_per_step(configuration: TrainingConfiguration) -> int | None:
    """Tokens of all ranks in one optimizer step; None for models that do more than read or write text."""
    architecture = architecture_of(configuration.model)
    if architecture.family not in _TEXT:
        return None
    length = configuration.sequence_length or architecture.sequence_length or 0
    return configuration.global_batch * length


def _highest(ranks: Sequence[RankFacts], stage: str, name: str) -> float | None:
    """The largest value of any rank; None when a rank cannot tell."""
    values: list[Any] = [facts[stage][name] for facts in ranks]
    return None if None in values else float(max(values))


def _by_rank(ranks: Sequence[RankFacts], stage: str, name: str) -> str | None:
    values = [facts.get(stage, {}).get(name) for facts in ranks]
    return None if None in values else json.dumps(values)


def _versions(configuration: TrainingConfiguration) -> dict[str, str]:
    versions = {}
    for name in ("transformers", *packages_of(configuration)):
        try:
            versions[f"{name}_version"] = version(name)
        except PackageNotFoundError:
            continue
    return versions
