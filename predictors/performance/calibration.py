"""Residuals of predictions in each case, got by hiding from the engine what the case says is new."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from predictors.performance.crossfit import fold_of_rows
from predictors.performance.engine import FOLDS, Engine, fit_engine, refit
from predictors.performance.folds import group_folds, row_folds
from predictors.performance.intervals import Errors
from predictors.performance.prepared import Prepared

Mask = npt.NDArray[np.bool_]

CASES = ("seen", "unseen model", "unseen family", "unseen condition", "unseen hardware")
_HIDDEN_SHARE = 5


def errors_of(
    engine: Engine, given: Prepared, *, seed: int, cases: tuple[str, ...] = CASES
) -> dict[str, Errors]:
    """Residuals by case; a case that the rows cannot show, such as a family where there is one, is left out."""
    ways: Mapping[str, Callable[[Engine, Prepared, int], Errors | None]] = {
        "seen": _hide_cells,
        "unseen model": _hide_models,
        "unseen family": _hide_families,
        "unseen condition": _hide_conditions,
        "unseen hardware": _hide_devices,
    }
    found = {case: ways[case](engine, given, seed) for case in cases}
    return {case: errors for case, errors in found.items() if errors is not None}


def _hide_cells(engine: Engine, given: Prepared, seed: int) -> Errors | None:
    """One row in five, its model known elsewhere. The trees have not seen the model in any case."""
    hidden = row_folds(len(given), _HIDDEN_SHARE, seed) == 0
    return _errors(
        [(refit(engine, given.take(~hidden), seed=seed), hidden)], given, given.which.astype(object)
    )


def _hide_models(engine: Engine, given: Prepared, seed: int) -> Errors | None:
    """The twins of one inner fold at a time: its trees have not seen them, and now the field has not either."""
    place = fold_of_rows(given.twins, FOLDS, seed)
    parts = [(refit(engine, given.take(place != fold), seed=seed), place == fold) for fold in (0, 1)]
    return _errors(parts, given, given.twins.astype(object))


def _hide_families(_: Engine, given: Prepared, seed: int) -> Errors | None:
    """Families at a time, from trees that were trained without them too."""
    family = given.rows.family
    if len(set(family)) < FOLDS:
        return None
    without = fit_engine(given, seed=seed, groups=family)
    place = fold_of_rows(family, FOLDS, seed)
    parts = [(refit(without, given.take(place != fold), seed=seed), place == fold) for fold in range(FOLDS)]
    return _errors(parts, given, family)


def _hide_conditions(_: Engine, given: Prepared, seed: int) -> Errors | None:
    """Whole configurations at a time, of devices that others tell of, from trees that have not seen them."""
    names = np.array([str(each) for each in given.configurations], dtype=object)
    devices = given.rows.hardware
    several = {device for device in set(devices) if len(set(names[devices == device])) > 1}
    place = group_folds(names, FOLDS, seed)
    parts = []
    for fold in sorted(set(place.tolist())):
        known = place != fold
        others = set(devices[known])
        hidden = ~known & np.array([each in several and each in others for each in devices])
        if hidden.any() and known.any():
            parts.append((fit_engine(given.take(known), seed=seed, only="known"), hidden))
    return _errors(parts, given, names) if parts else None


def _hide_devices(_: Engine, given: Prepared, seed: int) -> Errors | None:
    """Each device in turn, unless it is the only one of its kind: a kind nobody learned from has a term of its own."""
    devices = given.rows.hardware
    kind_of = {each.hardware: each.kind for each in given.configurations}
    kinds = list(kind_of.values())
    several = [device for device, kind in sorted(kind_of.items()) if kinds.count(kind) > 1]
    parts = [
        (fit_engine(given.take(devices != device), seed=seed, only="new"), devices == device)
        for device in several
    ]
    return _errors(parts, given, devices) if parts else None


def _errors(
    parts: list[tuple[Engine, Mask]], given: Prepared, groups: npt.NDArray[np.object_]
) -> Errors | None:
    residuals: list[npt.NDArray[np.float64]] = []
    kinds: list[npt.NDArray[np.object_]] = []
    of: list[npt.NDArray[np.object_]] = []
    rows: list[npt.NDArray[np.int64]] = []
    for engine, hidden in parts:
        if not hidden.any():
            continue
        asked = given.take(hidden)
        residuals.append(asked.target - engine.predict(asked))
        kinds.append(np.array([each.kind for each in asked.configurations], dtype=object))
        of.append(groups[hidden])
        rows.append(np.flatnonzero(hidden))
    if not residuals:
        return None
    return Errors(np.concatenate(residuals), np.concatenate(kinds), np.concatenate(of), np.concatenate(rows))
