"""The numbers and notes of a result, from what a worker reported."""

from collections.abc import Mapping
from typing import Any

from benchmart.event_log.events import Metric
from collectors.runner.configuration import Configuration
from collectors.runner.isolation import Outcome
from collectors.runner.measurement import percentile

_PERCENTILES = {"latency_p50": 50, "latency_p90": 90, "latency_p99": 99}
_SHOWN_FACTS = ("load_average", "architecture", "quantized_share", "memory_source", "energy_source")


def metrics_of(
    configuration: Configuration, facts: Mapping[str, Mapping[str, Any]], flops_per_item: float | None
) -> list[Metric]:
    """All numbers of a configuration that ran; those the machine cannot tell are left out."""
    measured, samples = facts["measured"], facts["measured"]["samples"]
    mean = sum(samples) / len(samples)
    tokens = _tokens_per_step(configuration)
    numbers = (
        ("throughput", "item/second", configuration.batch_size / mean),
        ("token_throughput", "token/second", tokens / mean if tokens else None),
        ("load_time", "second", facts["built"]["load_seconds"]),
        ("memory_peak", "byte", measured["memory_peak_bytes"]),
        ("energy_per_batch", "joule", measured["energy_joules_per_batch"]),
        ("flops_per_item", "flop", flops_per_item),
    )
    return [
        Metric("latency_mean", "second", mean, samples, measured["warmup_samples"]),
        *(Metric(name, "second", percentile(samples, percent)) for name, percent in _PERCENTILES.items()),
        *(Metric(name, unit, float(value)) for name, unit, value in numbers if value is not None),
    ]


def _tokens_per_step(configuration: Configuration) -> int | None:
    """Text tokens one step works on; None for models that do more than read or write text."""
    if configuration.family not in ("embedding", "text_generation"):
        return None
    per_item = 1 if configuration.phase == "decode" else configuration.sequence_length or 0
    return configuration.batch_size * per_item


def attributes_of(outcome: Outcome) -> dict[str, str]:
    """What else is worth knowing of an attempt."""
    facts, failure = outcome.facts, outcome.failure
    measured = facts.get("measured", {})
    losses = measured.get("losses") or [None]
    values = {
        **{name: first_fact(facts, name) for name in _SHOWN_FACTS},
        "iterations": len(measured["samples"]) if measured else None,
        "warmup_iterations": len(measured["warmup_samples"]) if measured else None,
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "wall_seconds": round(outcome.wall_seconds, 3),
        "stages": " ".join(facts),
        "not_profiled_because": facts.get("unprofiled", {}).get("reason"),
        "traceback": failure.traceback if failure else None,
        "output_tail": outcome.output_tail if failure else None,
        "highest_resident_bytes": outcome.highest_resident_bytes if failure else None,
    }
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def first_fact(facts: Mapping[str, Mapping[str, Any]], name: str) -> Any:
    """The first value any stage reported under this name; None when none did."""
    return next((stage[name] for stage in facts.values() if stage.get(name) is not None), None)
