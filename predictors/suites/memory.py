"""Peaks of memory and largest batches of models, families and devices that were not seen."""

from collections.abc import Iterator

from benchmart.errors import PredictionRefused
from predictors.memory.design import by_subject_and_size
from predictors.memory.evaluation import CORRECTED, DEVICES, SAFE, evaluate
from predictors.memory.scores import Score
from predictors.memory.study import MODES, SPLITS
from predictors.suites.line import Line
from predictors.suites.setting import Setting

SUITE = "memory"
PARTS = tuple(f"{mode}, {split}" for mode in MODES for split in (*SPLITS, DEVICES))
OURS = "benchmart"
_NAMES = {CORRECTED: OURS, SAFE: OURS}
_OTHERS = ("under_predicted", "bound_slack", "exact", "within_one", "out_of_memory")


def lines(setting: Setting, part: str) -> Iterator[Line]:
    """Lines of one mode and split. Raises WarehouseMissing and PredictionRefused."""
    mode, split = part.split(", ")
    with setting.warehouse() as connection:
        profiles = by_subject_and_size(setting.known_profiles(connection))
        scores = evaluate(connection, profiles, seed=setting.seed, splits=(split,), modes=(mode,))
    if not scores:
        raise PredictionRefused("nothing can be held out: the results are of one device, or none says enough")
    yield from map(_line, scores)


def _line(score: Score) -> Line:
    others = {name: value for name in _OTHERS if (value := getattr(score, name)) is not None}
    if score.left_out:
        others["left_out"] = float(score.left_out)
    subject = f"safe {score.subject}" if score.method == SAFE else score.subject
    return Line(
        SUITE,
        f"{score.split}: {subject}",
        _NAMES.get(score.method, score.method),
        score.n,
        score.median_error,
        score.mean_error,
        score.bound_coverage,
        others,
        is_ours=score.method in _NAMES,
    )
