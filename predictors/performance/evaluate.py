"""Errors and coverage on seeded splits, each method beside the baselines in the same run.

The predictor is trained and asked as it is when it serves; only the cases whose intervals a split needs are learned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts, Prediction, Question
from predictors.measured import Measured
from predictors.mixed_model.results import rates_by_mixed_model
from predictors.performance.boosting import fit_boosting
from predictors.performance.coarse import coarse_features, roofline_seconds
from predictors.performance.folds import group_folds, row_folds
from predictors.performance.from_questions import columns, take_in, train_on
from predictors.performance.prepared import prepare
from predictors.performance.probes import choose_probes
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

FOLDS = 5
SPLITS = ("a", "b2", "c", "d", "e")
PROBES = (0, 5, 20)
METHOD = "benchmart"
# Of the baseline alone: what suits our own trees must not make it weaker.
_LIGHTGBM: dict[str, Any] = {"objective": "regression", "rounds": 500, "num_leaves": 48}
_CASES: Mapping[str, tuple[str, ...]] = {
    "a": ("seen", "unseen model"),
    "b2": ("unseen model", "unseen family"),
    "c": ("unseen family",),
    "d": ("seen", "unseen model", "unseen hardware"),
    "e": ("seen", "unseen model", "unseen condition"),
}


@dataclass(frozen=True, slots=True)
class Score:
    """One method on one split. Errors are shares of the measured throughput."""

    split: str
    method: str
    scope: str
    """`all`, or the device that was held out."""
    n: int
    median_error: float
    mean_error: float
    within_tenth: float
    coverage: float | None = None
    """Share of results inside the interval of 90 %; None for a method without intervals."""
    factor: float | None = None
    """Median of upper end over prediction."""


def evaluate(
    measured: Measured, *, splits: Sequence[str] = SPLITS, seed: int = 1, folds: int = FOLDS
) -> Iterator[Score]:
    """Scores on grouped, seeded splits, as they are done.

    Args:
        measured: Results to learn from and to score.
        splits: `a` random rows, `b2` unseen models with their twins, `c` unseen prefix families, `d` devices,
            `e` conditions of known devices.
        seed: Of the folds and of training.
        folds: How many of the five folds are scored; fewer take less time.
    """
    for split in splits:
        if split == "d":
            for device in sorted({each.hardware.hardware_id for each in measured.questions}):
                yield from _device(measured, device, seed)
        else:
            yield from _split(measured, split, seed, folds)


def _split(measured: Measured, split: str, seed: int, folds: int) -> Iterator[Score]:
    rows, _, _ = columns(measured.questions, measured.values)
    place = {
        "a": lambda: row_folds(len(rows), FOLDS, seed),
        "b2": lambda: group_folds(rows.twins, FOLDS, seed),
        "c": lambda: group_folds(rows.family, FOLDS, seed),
        "e": lambda: group_folds(rows.configuration, FOLDS, seed),
    }[split]()
    said: list[Prediction] = []
    true: list[Floats] = []
    of_baselines: dict[str, list[Floats]] = {}
    for fold in range(folds):
        known, asked = (measured.part(np.flatnonzero(chosen)) for chosen in (place != fold, place == fold))
        predictor, _ = train_on(known.questions, known.values, seed=seed, cases=_CASES[split])
        said += predictor.predict(asked.questions)
        true.append(asked.values)
        for name, values in baselines(known, asked.questions, seed).items():
            of_baselines.setdefault(name, []).append(values)
    measured_values = np.concatenate(true)
    yield score_predictions(split, "all", said, measured_values)
    for name, parts in of_baselines.items():
        yield score(split, name, "all", np.concatenate(parts), measured_values)


def _device(measured: Measured, device: str, seed: int) -> Iterator[Score]:
    """A device with all its configurations, models seen elsewhere; then again after probes of each configuration."""
    is_held_out = np.array([each.hardware.hardware_id == device for each in measured.questions])
    known, asked = (measured.part(np.flatnonzero(chosen)) for chosen in (~is_held_out, is_held_out))
    predictor, _ = train_on(known.questions, known.values, seed=seed, cases=_CASES["d"])
    given = prepare(*columns(asked.questions, asked.values))
    for count in PROBES:
        probes = choose_probes(given, count, seed=seed)
        rest = asked.part(np.setdiff1d(np.arange(len(asked.questions)), probes))
        probed = asked.part(probes)
        adapted = take_in(predictor, probed.questions, probed.values, seed=seed) if count else predictor
        yield score_predictions(f"d, {count} probes", device, adapted.predict(rest.questions), rest.values)
    for name, values in baselines(known, asked.questions, seed).items():
        yield score("d, 0 probes", name, device, values, asked.values)


def baselines(known: Measured, asked: Sequence[Question], seed: int) -> dict[str, Floats]:
    """Items a second by a roofline of coarse sizes times its usual factor, by trees on coarse features, and by effects.

    `mixed` is left out where there is too little to fit it to.
    """
    rows, _, devices = columns(known.questions, known.values)
    wanted, _, others = columns(asked, np.ones(len(asked)))
    hardware = {**devices, **others}
    features, names = coarse_features(rows, hardware)
    trees = fit_boosting(features, -np.log(rows.throughput), names, seed=seed, **_LIGHTGBM)
    by_trees = trees.predict(coarse_features(wanted, hardware)[0])
    by_effects = rates_by_mixed_model(known, asked)
    return {
        "roofline": np.exp(-_calibrated_roofline(rows, wanted, hardware)),
        "lightgbm": np.exp(-by_trees),
        **({} if by_effects is None else {"mixed": by_effects}),
    }


def _calibrated_roofline(known: Rows, asked: Rows, hardware: Mapping[str, HardwareFacts]) -> Floats:
    """Log seconds of one item: the least time, times how far from it such conditions usually are."""
    off = -np.log(known.throughput) - np.log(roofline_seconds(known, hardware))
    by_words: dict[tuple[str, ...], list[float]] = {}
    for words, value in zip(_words(known, hardware), off.tolist(), strict=True):
        by_words.setdefault(words, []).append(value)
    usual = float(np.median(off))
    middle = {words: float(np.median(values)) for words, values in by_words.items()}
    factors = [middle.get(words, usual) for words in _words(asked, hardware)]
    return np.asarray(np.log(roofline_seconds(asked, hardware)) + np.array(factors), dtype=float)


def _words(rows: Rows, hardware: Mapping[str, HardwareFacts]) -> list[tuple[str, ...]]:
    kinds = [hardware[device].kind or "" for device in rows.hardware]
    return list(zip(kinds, rows.mode, rows.precision, rows.compiler, strict=True))


def score_predictions(split: str, scope: str, said: Sequence[Prediction], true: Floats) -> Score:
    """Errors and coverage of predictions with intervals."""
    values, low, high = (
        np.array([getattr(each, name) for each in said]) for name in ("value", "low", "high")
    )
    inside = float(np.mean((low <= true) & (true <= high)))
    return score(split, METHOD, scope, values, true, coverage=inside, factor=float(np.median(high / values)))


def score(
    split: str,
    method: str,
    scope: str,
    predicted: Floats,
    true: Floats,
    *,
    coverage: float | None = None,
    factor: float | None = None,
) -> Score:
    """Errors of items a second, relative to what was measured; shapes (rows,)."""
    error = np.abs(predicted / true - 1)
    within = float(np.mean(error <= 0.1))  # noqa: PLR2004 - a tenth, as the name says
    return Score(
        split,
        method,
        scope,
        len(true),
        float(np.median(error)),
        float(np.mean(error)),
        within,
        coverage,
        factor,
    )
