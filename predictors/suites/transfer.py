"""A few probes of a device that was not seen, on the published tables of HELP, beside ridge on factors."""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.suites.line import Line
from predictors.suites.setting import Setting
from predictors.transfer.evaluation import (
    DESIGNED,
    FACTOR_RIDGE,
    PUBLISHED_ROLE,
    PUBLISHED_SPEARMAN,
    TransferScore,
    evaluate,
)
from predictors.transfer.spaces import SPACES

SUITE = "transfer"
PARTS = SPACES
FOLDER = "help_latency"
GOAL_PROBES = 10
_PUBLISHED_SPACE = "nasbench201"
_OURS = "benchmart, designed probes"
_DEVICE_METHODS = (DESIGNED, FACTOR_RIDGE)


def lines(setting: Setting, part: str) -> Iterator[Line]:
    """Lines of one search space, each device left out whole. Raises PredictionRefused without its table."""
    folder = setting.table(FOLDER)
    scores = []
    for score in evaluate(folder, (part,)):
        scores.append(score)
        if score.probe_count == GOAL_PROBES and score.method in _DEVICE_METHODS:
            yield _line(f"{part}, 10 probes, {score.column}", score.method, [score], is_detail=True)
    for method, count in dict.fromkeys((score.method, score.probe_count) for score in scores):
        chosen = [score for score in scores if (score.method, score.probe_count) == (method, count)]
        yield _line(f"{part}, {count} probes", method, chosen)
    if part == _PUBLISHED_SPACE:
        yield from _published(scores)


def _published(scores: Sequence[TransferScore]) -> Iterator[Line]:
    """The devices that HELP's authors test on, as far as the table has them, beside their own number."""
    split = f"{_PUBLISHED_SPACE}, {GOAL_PROBES} probes, published test devices"
    tested = [
        score for score in scores if score.column in PUBLISHED_ROLE and score.probe_count == GOAL_PROBES
    ]
    if not tested:
        raise PredictionRefused("none of the devices is in the table that HELP's authors test on")
    for method in dict.fromkeys(score.method for score in tested):
        yield _line(split, method, [score for score in tested if score.method == method])
    spearman = {"spearman": PUBLISHED_SPEARMAN}
    yield Line(SUITE, split, "HELP, as published over all six", len(PUBLISHED_ROLE), others=spearman)


def _line(split: str, method: str, scores: Sequence[TransferScore], *, is_detail: bool = False) -> Line:
    """Means over columns of a table, that is devices with their batch sizes."""
    is_ours = method == DESIGNED
    others = {name: value for name in ("spearman", "factor") if (value := _mean(scores, name)) is not None}
    return Line(
        SUITE,
        split,
        _OURS if is_ours else method,
        len(scores),
        _mean(scores, "median_error"),
        _mean(scores, "mean_error"),
        _mean(scores, "coverage"),
        others,
        is_ours=is_ours and not is_detail,
        is_detail=is_detail,
    )


def _mean(scores: Sequence[TransferScore], name: str) -> float | None:
    known = [value for score in scores if (value := getattr(score, name)) is not None]
    return float(np.mean(known)) if known else None
