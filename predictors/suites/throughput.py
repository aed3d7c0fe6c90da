"""Throughput of results, models, families and devices not seen, beside roofline, LightGBM and a mixed model."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.measured import read_measured
from predictors.performance.evaluate import Score, evaluate
from predictors.suites.line import Line
from predictors.suites.setting import Setting

SUITE = "throughput"
PARTS = ("a", "b2", "c", "d", "e")
"""Rows at random, models with their twins, families by the beginning of their names, devices, conditions of devices."""
OURS = "benchmart"
_CPU = "cpu"
_KINDS = {False: "mean over GPUs", True: "mean over CPUs"}


def lines(setting: Setting, part: str) -> Iterator[Line]:
    """Lines of one split. Raises WarehouseMissing and PredictionRefused."""
    with setting.warehouse() as connection:
        measured = read_measured(connection).learnable()
    if not measured.questions:
        raise PredictionRefused("no result can be learned from", hint="Import results of models and build")
    kinds = {each.hardware.hardware_id: each.hardware.kind or "" for each in measured.questions}
    by_device: list[Score] = []
    for score in evaluate(measured, splits=(part,), seed=setting.seed, folds=setting.folds):
        yield _line(score)
        if score.scope != "all":
            by_device.append(score)
    yield from _means(by_device, kinds)


def _line(score: Score) -> Line:
    others = {"within_tenth": score.within_tenth}
    if score.factor is not None:
        others["factor"] = score.factor
    is_device = score.scope != "all"
    if is_device and score.coverage is not None:
        others["worst_coverage"] = score.coverage
    return Line(
        SUITE,
        f"{score.split}, {score.scope}" if is_device else score.split,
        score.method,
        score.n,
        score.median_error,
        score.mean_error,
        score.coverage,
        others,
        is_ours=score.method == OURS,
    )


def _means(scores: Sequence[Score], kinds: Mapping[str, str]) -> Iterator[Line]:
    """Means over devices, which count alike however many results each has; GPUs and CPUs apart."""
    keys = dict.fromkeys((score.split, score.method, kinds.get(score.scope) == _CPU) for score in scores)
    for split, method, is_cpu in keys:
        chosen = [
            score
            for score in scores
            if (score.split, score.method, kinds.get(score.scope) == _CPU) == (split, method, is_cpu)
        ]
        held = [score.coverage for score in chosen if score.coverage is not None]
        yield Line(
            SUITE,
            f"{split}, {_KINDS[is_cpu]}",
            method,
            sum(score.n for score in chosen),
            float(np.mean([score.median_error for score in chosen])),
            float(np.mean([score.mean_error for score in chosen])),
            float(np.mean(held)) if held else None,
            {"worst_coverage": min(held)} if held else {},
            is_ours=method == OURS,
        )
