"""Questions by name, and predictions as events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb

from benchmart import __version__
from benchmart.config import Home
from benchmart.errors import PredictionRefused, UsageError
from benchmart.event_log.events import PredictionIssued
from benchmart.event_log.log import EventLog
from benchmart.queries.names import resolve
from predictors.contract import HardwareFacts, ModelProfile, Prediction, Question
from predictors.facts import Facts, coarse_profile

_FEW = 5
"""Profiles of more models than that are read all at once."""
UNITS = {
    "throughput": "item/second",
    "latency_mean": "second",
    "memory_device_peak": "byte",
    "memory_process_peak": "byte",
    "memory_peak": "byte",
    "memory_reserved_peak": "byte",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks: names as they type them, and what they know by hand."""

    model: str
    hardware: str
    metric: str = "throughput"
    mode: str = "inference"
    precision: str = "fp32"
    batch_size: int = 1
    image_size: int | None = None
    sequence_length: int | None = None
    compiler: str | None = None
    memory_format: str | None = None
    runtime: str | None = None
    runtime_version: str | None = None
    flops: float | None = None
    """Of the forward pass for one item."""
    parameters: float | None = None
    activations: float | None = None
    """Elements written by the forward pass for one item."""
    memory_bandwidth: float | None = None
    """Bytes a second."""
    peak_flops: float | None = None
    """Operations a second, in the precision asked for."""


def question_of(facts: Facts, connection: duckdb.DuckDBPyConnection, asked: Asked) -> Question:
    """The question with what is known. Raises PredictionRefused for unknown names, and for unknown facts."""
    return Question(
        metric=asked.metric,
        profile=_profile(facts, connection, asked),
        hardware=_hardware(facts, asked),
        mode=asked.mode,
        precision=asked.precision,
        batch_size=asked.batch_size,
        runtime=asked.runtime,
        runtime_version=asked.runtime_version,
        compiler=asked.compiler,
        memory_format=asked.memory_format,
    )


def questions_of(connection: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> list[Question]:
    """All of them, each name looked up once."""
    facts = Facts(connection, whole=len({each.model for each in asked}) > _FEW)
    return [question_of(facts, connection, each) for each in asked]


def issue(home: Home, version: str, predictor: str, answers: Sequence[tuple[Question, Prediction]]) -> None:
    """Append the predictions to the log, so that they can be held against what is measured later."""
    now = datetime.now(UTC)
    events = [
        PredictionIssued(
            collector="predict",
            collector_version=__version__,
            occurred_at=now,
            predictor=predictor,
            predictor_version=version,
            model_id=question.profile.model_id or question.profile.subject,
            hardware_id=question.hardware.hardware_id,
            mode=question.mode,
            precision=question.precision,
            batch_size=question.batch_size,
            image_size=question.profile.image_size,
            sequence_length=question.profile.sequence_length,
            device_count=question.device_count,
            runtime=question.runtime,
            runtime_version=question.runtime_version,
            compiler=question.compiler,
            memory_format=question.memory_format,
            metric=question.metric,
            unit=UNITS[question.metric],
            value=said.value,
            low=said.low,
            high=said.high,
            level=said.level,
            case_name=said.case.name,
        )
        for question, said in answers
    ]
    if events:
        EventLog(home.events).append(events)


def told(question: Question, said: Prediction) -> Mapping[str, object]:
    """One flat row."""
    return {
        "model_id": question.profile.model_id or question.profile.subject,
        "hardware_id": question.hardware.hardware_id,
        "mode": question.mode,
        "precision": question.precision,
        "batch_size": question.batch_size,
        "image_size": question.profile.image_size,
        "metric": question.metric,
        "unit": UNITS[question.metric],
        "value": said.value,
        "low": said.low,
        "high": said.high,
        "level": said.level,
        "case": said.case.name,
        "basis": "predicted",
        "parts": dict(said.parts),
        "warnings": list(said.warnings),
    }


def _profile(facts: Facts, connection: duckdb.DuckDBPyConnection, asked: Asked) -> ModelProfile:
    if asked.flops is not None:
        by_hand = coarse_profile(
            asked.model,
            flops_per_item=asked.flops,
            parameter_count=asked.parameters or 0,
            activations=asked.activations or 0,
            image_size=asked.image_size,
            sequence_length=asked.sequence_length,
        )
        return facts.lend(by_hand)
    try:
        return facts.profile(asked.model, asked.image_size, asked.sequence_length)
    except PredictionRefused as unknown:
        hint = f"Trace it with `benchmart profile {asked.model}`, or give --flops and --parameters"
        try:
            (model_id,) = resolve(connection, "model", [asked.model])
        except UsageError as error:
            raise PredictionRefused(
                f"no profile of a model {asked.model!r}", hint=f"{error.hint or unknown.hint}. Or: {hint}"
            ) from error
        return facts.profile(model_id, asked.image_size, asked.sequence_length)


def _hardware(facts: Facts, asked: Asked) -> HardwareFacts:
    by_hand = {asked.precision.removeprefix("amp_"): asked.peak_flops} if asked.peak_flops else {}
    try:
        known = facts.device_named(asked.hardware)
    except UsageError as error:
        if not (by_hand and asked.memory_bandwidth):
            hint = f"{error.hint}. Or give --memory-bandwidth and --peak-flops by hand"
            raise PredictionRefused(f"no device {asked.hardware!r} is known", hint=hint) from error
        return HardwareFacts(asked.hardware, None, "gpu", None, asked.memory_bandwidth, by_hand, {})
    return replace(
        known,
        memory_bandwidth=asked.memory_bandwidth or known.memory_bandwidth,
        peak_flops={**known.peak_flops, **by_hand},
        sustained_flops={name: rate for name, rate in known.sustained_flops.items() if name not in by_hand},
    )
