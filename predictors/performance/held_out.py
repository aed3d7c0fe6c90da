"""Scores of a trained predictor on what was hidden from it while it learned its intervals."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from benchmart.event_log.events import SplitScore
from predictors.contract import Case
from predictors.performance.folds import group_folds
from predictors.performance.intervals import SHARED, Errors, widths

Mask = npt.NDArray[np.bool_]

_HALVES = 2


def held_out_scores(errors: Mapping[str, Errors], *, seed: int) -> list[SplitScore]:
    """Relative errors and coverage by case.

    No interval is scored on what set its width: half of the groups set those of the other half; for devices and
    for conditions, all others set those of each.

    Args:
        errors: Log residuals by case.
        seed: Of the halves.
    """
    return [_score(case, errors, seed) for case in errors]


def _score(case: str, errors: Mapping[str, Errors], seed: int) -> SplitScore:
    of_case = errors[case]
    off = np.abs(np.exp(of_case.residuals) - 1)
    inside = np.zeros(len(off), dtype=bool)
    for scored in _parts(case, of_case, seed):
        learned = {**errors, case: of_case.take(~scored)}
        inside[scored] = np.abs(of_case.residuals[scored]) <= _half_widths(
            case, learned, of_case.kinds[scored]
        )
    return SplitScore(case, len(off), float(np.median(off)), float(off.mean()), float(inside.mean()))


def _parts(case: str, errors: Errors, seed: int) -> Iterator[Mask]:
    """What is scored at a time."""
    if case in SHARED:
        yield from (errors.groups == group for group in sorted(set(errors.groups)))
        return
    place = group_folds(errors.groups, _HALVES, seed)
    yield from (place == half for half in sorted(set(place.tolist())))


def _half_widths(
    case: str, errors: Mapping[str, Errors], kinds: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """Half widths of the logarithm for rows of these kinds of devices."""
    learned = widths(dict(errors))
    asked = Case(
        is_model_seen=case == "seen" or case in SHARED,
        is_family_seen=case != "unseen family",
        is_hardware_seen=case != "unseen hardware",
        is_condition_seen=case != "unseen condition",
    )
    by_kind = {kind: learned.half_width(asked, str(kind)) for kind in set(kinds)}
    return np.array([by_kind[kind] for kind in kinds])
