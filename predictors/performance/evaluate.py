"""Errors and coverage on seeded splits, each method beside the baselines in the same run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from predictors.contract import Case, HardwareFacts
from predictors.performance.boosting import fit_boosting
from predictors.performance.calibration import errors_of
from predictors.performance.coarse import coarse_features, roofline_seconds
from predictors.performance.engine import Engine, fit_engine, refit
from predictors.performance.folds import group_folds, row_folds
from predictors.performance.hardware import load_hardware
from predictors.performance.intervals import widths
from predictors.performance.prepared import Prepared, Profiles, prepare, traced
from predictors.performance.probes import choose_probes
from predictors.performance.rows import load_rows

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]

FOLDS = 5
SPLITS = ("a", "b2", "c", "d")
PROBES = (0, 5, 20)
_CASES = {"a": "seen", "b2": "unseen model", "c": "unseen family"}


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
    connection: duckdb.DuckDBPyConnection,
    profiles: Profiles,
    *,
    splits: Sequence[str] = SPLITS,
    seed: int = 1,
    folds: int = FOLDS,
) -> list[Score]:
    """Scores on grouped, seeded splits.

    Args:
        connection: A built warehouse.
        profiles: Traced models by name and image size.
        splits: `a` random rows, `b2` unseen models with their twins, `c` unseen prefix families, `d` devices.
        seed: Of the folds and of training.
        folds: How many of the five folds are scored; fewer take less time.
    """
    rows, _ = load_rows(connection)
    hardware = load_hardware(connection)
    rows = rows.take(traced(rows, profiles))
    given = prepare(rows, profiles, hardware)
    found: list[Score] = []
    for split in splits:
        found += (
            _devices(given, hardware, seed) if split == "d" else _split(given, hardware, split, seed, folds)
        )
    return found


def _split(
    given: Prepared, hardware: Mapping[str, HardwareFacts], split: str, seed: int, folds: int
) -> list[Score]:
    place = {
        "a": lambda: row_folds(len(given), FOLDS, seed),
        "b2": lambda: group_folds(given.twins, FOLDS, seed),
        "c": lambda: group_folds(given.rows.family, FOLDS, seed),
    }[split]()
    predicted: dict[str, Floats] = {
        name: np.full(len(given), np.nan) for name in ("benchmart", "lightgbm", "roofline")
    }
    width = np.full(len(given), np.nan)
    for fold in range(folds):
        known, asked = given.take(place != fold), given.take(place == fold)
        engine = fit_engine(known, seed=seed)
        predicted["benchmart"][place == fold] = engine.predict(asked)
        for name, values in baselines(known, asked, hardware, seed).items():
            predicted[name][place == fold] = values
        width[place == fold] = _half_widths(engine, known, asked, split, seed)
    scored = place < folds
    target = given.target[scored]
    return [
        score(split, name, "all", target, values[scored], width[scored] if name == "benchmart" else None)
        for name, values in predicted.items()
    ]


def _half_widths(engine: Engine, known: Prepared, asked: Prepared, split: str, seed: int) -> Floats:
    found = widths(errors_of(engine, known, seed=seed, cases=(_CASES[split],)))
    case = Case(split == "a", split != "c", is_hardware_seen=True)
    kinds = {each.kind for each in asked.configurations}
    by_kind = {kind: found.half_width(case, kind) for kind in kinds}
    return np.array([by_kind[each.kind] for each in asked.configurations])


def _devices(given: Prepared, hardware: Mapping[str, HardwareFacts], seed: int) -> list[Score]:
    """Each device with all its configurations, models seen elsewhere; then again after probes of each configuration."""
    found: list[Score] = []
    for device in sorted(set(given.rows.hardware)):
        known, asked = given.take(given.rows.hardware != device), given.take(given.rows.hardware == device)
        engine = fit_engine(known, seed=seed)
        width = widths(errors_of(engine, known, seed=seed, cases=("seen", "unseen hardware")))
        kind = asked.configurations[0].kind
        is_kind_seen = any(each.kind == kind for each in known.configurations)
        for count in PROBES:
            probes = choose_probes(asked, count, seed=seed)
            mask = np.zeros(len(asked), dtype=bool)
            mask[probes] = True
            adapted = (
                refit(engine, _joined(given, given.rows.hardware != device, asked, probes), seed=seed)
                if count
                else engine
            )
            rest = asked.take(~mask)
            case = Case(is_model_seen=True, is_family_seen=True, is_hardware_seen=False, probes=count)
            half = np.full(len(rest), width.half_width(case, kind, is_kind_seen=is_kind_seen))
            found.append(
                score(f"d, {count} probes", "benchmart", device, rest.target, adapted.predict(rest), half)
            )
        for name, values in baselines(known, asked, hardware, seed).items():
            found.append(score("d, 0 probes", name, device, asked.target, values, None))
    return found


def _joined(given: Prepared, known: npt.NDArray[np.bool_], asked: Prepared, probes: Index) -> Prepared:
    """The rows known and the probes, as one."""
    numbers = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)[probes]])
    assert len(asked) == int((~known).sum())  # noqa: S101 - the rows asked for are those not known, in order
    return given.take(numbers)


def baselines(
    known: Prepared, asked: Prepared, hardware: Mapping[str, HardwareFacts], seed: int
) -> dict[str, Floats]:
    """Log seconds of one item by a roofline of coarse sizes times its usual factor, and by trees on coarse features."""
    least_known = np.log(roofline_seconds(known.rows, hardware))
    least_asked = np.log(roofline_seconds(asked.rows, hardware))
    off = known.target - least_known
    by_words: dict[tuple[str, ...], list[float]] = {}
    for words, value in zip(_words(known), off.tolist(), strict=True):
        by_words.setdefault(words, []).append(value)
    usual = float(np.median(off))
    middle = {words: float(np.median(values)) for words, values in by_words.items()}
    calibrated = least_asked + np.array([middle.get(words, usual) for words in _words(asked)])
    features, names = coarse_features(known.rows, hardware)
    trees = fit_boosting(features, known.target, names, seed=seed, objective="regression")
    return {"roofline": calibrated, "lightgbm": trees.predict(coarse_features(asked.rows, hardware)[0])}


def _words(given: Prepared) -> list[tuple[str, ...]]:
    return [(each.kind, each.mode, each.precision, each.compiler) for each in given.configurations]


def score(  # noqa: PLR0917 - the columns of a table, in their order
    split: str, method: str, scope: str, target: Floats, predicted: Floats, half: Floats | None
) -> Score:
    """Errors of throughput from log seconds; shapes (rows,)."""
    error = np.abs(np.exp(target - predicted) - 1)
    inside = None if half is None else float(np.mean(np.abs(target - predicted) <= half))
    return Score(
        split,
        method,
        scope,
        len(target),
        float(np.median(error)),
        float(np.mean(error)),
        float(np.mean(error <= 0.1)),  # noqa: PLR2004 - a tenth, as the name says
        inside,
        None if half is None else float(np.exp(np.median(half))),
    )
