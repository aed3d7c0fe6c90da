"""Turn what became of a configuration into events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from benchmart.event_log.events import Metric, ModelProfiled, ResultRecorded
from collectors.runner.architectures import ARCHITECTURES
from collectors.runner.configuration import Configuration
from collectors.runner.flops import COUNTED
from collectors.runner.inputs import DECODER_TOKENS
from collectors.runner.isolation import Outcome
from collectors.runner.numbers import attributes_of, first_fact, metrics_of
from collectors.runner.problems import DEVICE_ABSENT, PRECISION_UNSUPPORTED
from collectors.runner.shared_fields import Context, envelope, identity_of_try, told_of_try
from collectors.runner.steps import DECODE_WINDOW

COLLECTOR = "runner"

_NOT_TRIED = {DEVICE_ABSENT: "untested", PRECISION_UNSUPPORTED: "skipped"}
"""Error class to status, where nothing was measured and nothing went wrong."""


def measured_result(
    context: Context,
    configuration: Configuration,
    at: datetime,
    outcome: Outcome,
    flops_per_item: float | None,
) -> ResultRecorded:
    """The result of a configuration that was tried; skipped when its model has no such precision."""
    failure = outcome.failure
    error_class = failure.error_class if failure else None
    metrics = [] if failure else metrics_of(configuration, outcome.facts, flops_per_item)
    return _result(
        context,
        configuration,
        at,
        status=_NOT_TRIED.get(error_class or "", "failed") if failure else "ok",
        error=(failure.error_class, failure.message) if failure else None,
        parameter_count=first_fact(outcome.facts, "parameter_count"),
        attributes=attributes_of(outcome),
        metrics=metrics,
    )


def untried_result(
    context: Context, configuration: Configuration, at: datetime, obstacle: tuple[str, str]
) -> ResultRecorded:
    """The result of a configuration that this machine cannot even try."""
    return _result(context, configuration, at, status=_NOT_TRIED[obstacle[0]], error=obstacle)


def profile_event(
    context: Context, configuration: Configuration, at: datetime, facts: Mapping[str, Any]
) -> ModelProfiled:
    """What was counted about a configuration's model."""
    return ModelProfiled(
        **envelope(context, configuration, at, COLLECTOR),
        subject=configuration.model,
        family=configuration.family,
        architecture=facts["architecture"],
        configuration_digest=_architecture_digest(configuration),
        mode=configuration.mode,
        phase=configuration.phase,
        sequence_length=configuration.sequence_length,
        image_size=configuration.image_size,
        parameter_count=facts["parameter_count"],
        flops_per_item=facts["flops_per_item"],
        attributes={"counter": f"torch {context.runtime.version} FlopCounterMode", "counted": COUNTED},
    )


def condition(configuration: Configuration, threads: int) -> dict[str, str]:
    """What has no column of its own and must be equal for two results to be comparable."""
    parts = {
        "weights": "given" if configuration.is_custom else "random",
        "architecture_digest": _architecture_digest(configuration),
        "threads": str(threads) if configuration.device == "cpu" else None,
        "decode_window_tokens": str(DECODE_WINDOW) if configuration.phase == "decode" else None,
        "decoder_tokens": str(DECODER_TOKENS) if configuration.family == "audio" else None,
        "quantization": "dynamic" if configuration.precision == "int8" else None,
        "optimizer": "adamw" if configuration.mode == "training" else None,
    }
    return {name: value for name, value in parts.items() if value is not None}


def _result(
    context: Context,
    configuration: Configuration,
    at: datetime,
    *,
    status: str,
    error: tuple[str, str] | None = None,
    parameter_count: int | None = None,
    attributes: Mapping[str, str] | None = None,
    metrics: Sequence[Metric] = (),
) -> ResultRecorded:
    return ResultRecorded(
        **envelope(context, configuration, at, COLLECTOR),
        **told_of_try(context, configuration, status, error),
        family=configuration.family,
        mode=configuration.mode,
        phase=configuration.phase,
        device_count=1,
        compiler=configuration.compiler,
        memory_format="nchw" if configuration.image_size else None,
        batch_size=configuration.batch_size,
        sequence_length=configuration.sequence_length,
        image_size=configuration.image_size,
        parameter_count=parameter_count,
        condition=condition(configuration, context.runtime.threads),
        attributes={**identity_of_try(context, configuration), **(attributes or {})},
        metrics=metrics,
    )


def _architecture_digest(configuration: Configuration) -> str | None:
    architecture = ARCHITECTURES.get(configuration.model)
    return architecture.digest if architecture else None
