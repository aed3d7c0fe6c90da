"""One configuration predicted: the flat keys of the framework's first version, and the nested ones of its second."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from benchmart.connection import open_warehouse
from benchmart.errors import PredictionRefused
from predictors.contract import Prediction, Question
from predictors.registry.asking import Asked, questions_of
from predictors.registry.memory import serving as serving_memory
from predictors.registry.training import NAME

_MILLISECONDS = 1000.0
_MEBI = 2.0**20
_PEAK = "memory_device_peak"
_USUAL_LENGTH = 128
_OF_TEXT = frozenset({"text_embedding", "text_generation", "embedding"})
_Given = TypeVar("_Given")
_Got = TypeVar("_Got")
Answer = tuple[Question, Prediction, Prediction | None]
"""What was asked, its throughput, and its peak of memory where that can be predicted."""


def predict_performance(  # noqa: PLR0917 - the order is that of the framework
    models: Mapping[str, Any],
    model_name: str,
    model_category: str | None,
    hardware: str,
    batch_size: int,
    precision: str = "fp32",
    mode: str = "inference",
    gpu_count: int = 1,
    is_distributed: bool = False,  # noqa: FBT001, FBT002 - the signature is kept
    sequence_length: int = _USUAL_LENGTH,
    calculate_uncertainty: bool = True,  # noqa: FBT001, FBT002
) -> dict[str, Any]:
    """Throughput in items/s and latency in ms a step, with intervals; memory in MiB with an upper bound.

    Memory is what the device holds at its peak, its context included, and None where it cannot be predicted.

    The usual sequence length is left open for models that are not of text. `confidence_score` is the share of such
    intervals that are meant to hold what is measured.

    Raises PredictionRefused for several devices, because nothing is known of how they scale, and for models and devices
    of which too little is known, with what can be done about it.
    """
    _refuse_several(gpu_count, is_distributed=is_distributed)
    is_length_asked = sequence_length != _USUAL_LENGTH or model_category in _OF_TEXT
    length = sequence_length if is_length_asked else None
    asked = Asked(
        model_name, hardware, mode=mode, precision=precision, batch_size=batch_size, sequence_length=length
    )
    (answer,) = answers_of(models, [asked])
    if isinstance(answer, PredictionRefused):
        raise answer
    question, said, memory = answer
    values = values_of(answer)
    found: dict[str, Any] = {
        **values,
        "model": model_name,
        "model_size_estimate": question.profile.parameter_count or None,
        "model_category": model_category,
        "hardware": hardware,
        "batch_size": batch_size,
        "precision": precision,
        "mode": mode,
        "gpu_count": gpu_count,
        "is_distributed": is_distributed,
        "sequence_length": sequence_length,
        "predictions": values,
        "confidence_score": said.level,
        "is_predicted": True,
        "prediction_model_version": f"{NAME} {models['version']}",
        "timestamp": datetime.now(UTC).isoformat(),
        "explanation": [f"case: {said.case.name}", *said.warnings, *_of_memory(memory)],
    }
    if calculate_uncertainty:
        found["uncertainties"] = uncertainties_of(answer)
    return found


def _refuse_several(count: int, *, is_distributed: bool) -> None:
    if count != 1 or is_distributed:
        what = f"{count} devices are" if count != 1 else "distributed runs are"
        raise PredictionRefused(
            f"{what} not predicted", hint="Nothing is known of how they scale; ask for one device"
        )


def answers_of(models: Mapping[str, Any], asked: Sequence[Asked]) -> list[Answer | PredictionRefused]:
    """All of them at once; where one is refused, that is its answer, and the others have theirs."""
    with open_warehouse(models["home"]) as connection:
        questions = _all_or_each(lambda each: questions_of(connection, each), asked)
    known = [each for each in questions if not isinstance(each, PredictionRefused)]
    said = iter(_all_or_each(models["predictor"].predict, known))
    peaks = iter(_peaks(models, known))
    return [
        each if isinstance(each, PredictionRefused) else _joined(each, next(said), next(peaks))
        for each in questions
    ]


def _peaks(models: Mapping[str, Any], asked: Sequence[Question]) -> Sequence[Prediction | PredictionRefused]:
    try:
        _, predictor = serving_memory(models["home"])
    except PredictionRefused as error:
        return [error] * len(asked)
    return _all_or_each(predictor.predict, [replace(each, metric=_PEAK) for each in asked])


def _joined(
    question: Question, said: Prediction | PredictionRefused, peak: Prediction | PredictionRefused
) -> Answer | PredictionRefused:
    if isinstance(said, PredictionRefused):
        return said
    return question, said, None if isinstance(peak, PredictionRefused) else peak


def _of_memory(peak: Prediction | None) -> Sequence[str]:
    return ["memory is not predicted"] if peak is None else [f"memory: {each}" for each in peak.warnings]


def values_of(answer: Answer) -> dict[str, float | None]:
    """The three numbers of the framework."""
    question, said, peak = answer
    latency = question.batch_size / said.value * _MILLISECONDS
    memory = None if peak is None else peak.value / _MEBI
    return {"throughput": said.value, "latency_mean": latency, "memory_usage": memory}


def uncertainties_of(answer: Answer) -> dict[str, dict[str, float]]:
    """Of those numbers that are predicted: `uncertainty` is half of the interval; memory has an upper bound only."""
    question, said, peak = answer
    step = question.batch_size * _MILLISECONDS
    of_memory = {} if peak is None else {"memory_usage": _bounded(peak)}
    return {
        **of_memory,
        "throughput": _uncertainty(said.value, said.low, said.high, said.level),
        "latency_mean": _uncertainty(step / said.value, step / said.high, step / said.low, said.level),
    }


def _bounded(peak: Prediction) -> dict[str, float]:
    value, high = peak.value / _MEBI, peak.high / _MEBI
    return {
        "value": value,
        "uncertainty": high - value,
        "confidence": peak.level,
        "lower_bound": 0.0,
        "upper_bound": high,
    }


def _uncertainty(value: float, low: float, high: float, level: float) -> dict[str, float]:
    return {
        "value": value,
        "uncertainty": (high - low) / 2,
        "confidence": level,
        "lower_bound": low,
        "upper_bound": high,
    }


def _all_or_each(
    ask: Callable[[Sequence[_Given]], list[_Got]], given: Sequence[_Given]
) -> list[_Got | PredictionRefused]:
    """The answers in one call; one call each only when that is refused, to see which of them it was."""
    try:
        return [*ask(given)]
    except PredictionRefused as refused:
        if len(given) == 1:
            return [refused]
    return [answer for each in given for answer in _all_or_each(ask, [each])]
