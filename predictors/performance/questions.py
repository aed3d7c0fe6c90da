"""Questions as the columns that results have."""

from collections.abc import Sequence

import numpy as np

from benchmart.errors import PredictionRefused
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


def with_operators(profile: ModelProfile) -> tuple[ModelProfile, bool]:
    """The profile, or one matrix product of its size where no operators are known; and whether they were."""
    if profile.operators:
        return profile, True
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
    stand_in = ModelProfile(
        profile.subject,
        profile.model_id,
        profile.family,
        profile.image_size,
        profile.sequence_length,
        profile.parameter_count,
        profile.flops_per_item,
        (product,),
    )
    return stand_in, False


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
        model=words([each.subject for each in profiles]),
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
        throughput=np.full(len(questions), np.nan),
    )
