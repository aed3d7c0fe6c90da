"""Questions as the columns that results have."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.borrowing import BORROWED
from predictors.contract import ModelProfile, Operator, Question
from predictors.performance.hardware import matrix_rate
from predictors.performance.rows import Rows, version_number

METRICS = ("throughput", "latency_mean")
_MATRIX = ("conv", "matmul", "batched_matmul", "attention")


def check(question: Question) -> None:
    """Raises PredictionRefused when a number of the question is not known or makes no sense."""
    who, device = question.profile.subject, question.hardware
    if question.metric not in METRICS:
        raise PredictionRefused(
            f"{question.metric} is not predicted here", where=who, hint=f"Ask for {' or '.join(METRICS)}"
        )
    if question.batch_size < 1 or question.device_count != 1:
        raise PredictionRefused("needs a batch of at least 1 and one device", where=who)
    if matrix_rate(device, question.precision) is None or not device.memory_bandwidth:
        raise PredictionRefused(
            f"peak rate in {question.precision} or memory bandwidth is not known",
            where=device.hardware_id,
            hint="Give both by hand, or ask for a device of the catalogue",
        )
    sizes = (question.profile.parameter_count, question.profile.flops_per_item)
    if not all(np.isfinite(size) and size > 0 for size in sizes):
        raise PredictionRefused(
            "has no operations or parameters", where=who, hint="Trace it with `benchmart profile`"
        )


def with_operators(profile: ModelProfile) -> ModelProfile:
    """The profile; where no operators are known, with one matrix product of its size, marked as borrowed."""
    if profile.operators:
        return profile
    side = max(1, round(np.sqrt(profile.parameter_count)))
    places = max(1, round(profile.flops_per_item / 2 / side / side))
    moved = float(places * side)
    product = Operator(
        "matmul",
        "stand-in",
        (places, side, side),
        1,
        profile.flops_per_item,
        moved,
        moved,
        float(side * side),
    )
    attributes = {**profile.attributes, BORROWED: "one matrix product of its size"}
    return replace(profile, operators=(product,), attributes=attributes)


def _name(profile: ModelProfile) -> str:
    """A model that is run in another form than it was trained in is a model of its own, and a twin by name."""
    form = profile.attributes.get("form")
    return profile.subject if form in {None, "as trained"} else f"{profile.subject}.{form}"


def rows_of(questions: Sequence[Question], profiles: Sequence[ModelProfile]) -> Rows:
    """Rows without throughput; the profile of each question must have operators."""

    def words(values: Sequence[str | None]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
        return np.array([value or "" for value in values], dtype=object)

    sizes = [np.nan if each.image_size is None else float(each.image_size) for each in profiles]
    written = [
        sum(one.written_elements for one in each.operators if one.category.startswith(_MATRIX))
        for each in profiles
    ]
    return Rows(
        model=words([_name(each) for each in profiles]),
        image_size=np.array(sizes),
        parameters=np.array([float(each.parameter_count) for each in profiles]),
        macs=np.array([each.flops_per_item / 2 for each in profiles]),
        activations=np.array([max(1.0, each) for each in written]),
        hardware=words([each.hardware.hardware_id for each in questions]),
        mode=words([each.mode for each in questions]),
        precision=words([each.precision for each in questions]),
        memory_format=words([each.memory_format or "nchw" for each in questions]),
        compiler=words([each.compiler or "eager" for each in questions]),
        version=np.array([version_number(each.runtime_version) for each in questions]),
        batch_size=np.array([float(each.batch_size) for each in questions]),
        runtime=words([each.runtime for each in questions]),
        throughput=np.full(len(questions), np.nan),
    )
