"""The honest table: whole groups of models held out, every number beside the baselines of the same rows.

Margins of a fold are calibrated on rows of the other folds, each fitted by a model that had not seen its group.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from predictors.memory.baselines import coarse_boosting, least_squares
from predictors.memory.capacity import LogBytes, largest_batches
from predictors.memory.design import Profiles
from predictors.memory.facts import Floats
from predictors.memory.groups import Integers
from predictors.memory.labels import rival_estimates
from predictors.memory.model import Crossed, Margin, Point, cross, fit_margin, fit_point
from predictors.memory.scores import Score, batch_errors, bound_errors, peak_errors
from predictors.memory.study import MODES, SPLITS, Study, missing, study

CORRECTED = "physics and correction"
SAFE = f"{CORRECTED}, safe"
PHYSICS = "physics"
DEVICES = "unseen device"
"""Beside SPLITS: models were seen, on other devices."""


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    profiles: Profiles,
    *,
    seed: int = 0,
    splits: Sequence[str] = (*SPLITS, DEVICES),
    modes: Sequence[str] = MODES,
) -> list[Score]:
    """Scores of peaks and largest batches by split, mode and method.

    Raises PredictionRefused when too little was measured to hold models out.
    """
    rivals = rival_estimates(connection)
    scores: list[Score] = []
    for mode in modes:
        known = study(connection, profiles, mode)
        for split in splits:
            if split == DEVICES:
                scores += _unseen_devices(known, seed)
                continue
            run = _Run(known, split, cross(known.inputs, known.targets, known.groups[split], seed), seed)
            scores += [*_peaks(run, rivals), *_batches(run)]
    return scores


@dataclass(frozen=True, slots=True)
class _Run:
    study: Study
    split: str
    crossed: Crossed
    seed: int

    def margin(self, fold: int, rows: Integers) -> Margin:
        """Calibrated on those of `rows` that are in other folds."""
        others = rows[self.crossed.fold[rows] != fold]
        return fit_margin(
            self.study.inputs.features[others],
            missing(self.study, self.crossed.fitted, others),
            self.crossed.fold[others],
            self.seed,
        )

    def score(self, what: str, method: str, n: int, errors: dict[str, float | None]) -> Score:
        return Score(
            self.split, f"{what}, {self.study.mode}", method, n, self.study.without_profile, **errors
        )


def _peaks(run: _Run, rivals: dict[tuple[str, int], float]) -> Iterator[Score]:
    rows = run.study.measured
    if not len(rows):
        return
    measured, fold = run.study.targets.high[rows], run.crossed.fold[rows]
    features = run.study.inputs.features[rows]
    physics, bound = np.zeros(len(rows)), np.zeros(len(rows))
    for each, point in enumerate(run.crossed.points):
        held_out = fold == each
        inputs = run.study.inputs[rows[held_out]]
        physics[held_out] = point.physics.log_bytes(inputs)
        bound[held_out] = run.crossed.fitted[rows[held_out]] + run.margin(each, rows).log_bytes(inputs)
    errors = peak_errors(run.crossed.fitted[rows], measured) | bound_errors(bound, measured)
    yield run.score("peak", CORRECTED, len(rows), errors)
    yield run.score("peak", PHYSICS, len(rows), peak_errors(physics, measured))
    regressions: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
        "least squares, coarse": least_squares,
        "LightGBM, coarse": lambda known, logarithms, asked: coarse_boosting(
            known, logarithms, asked, run.seed
        ),
    }
    for name, regression in regressions.items():
        fitted = np.zeros(len(rows))
        for each in np.unique(fold):
            held_out = fold == each
            fitted[held_out] = regression(features[~held_out], measured[~held_out], features[held_out])
        yield run.score("peak", name, len(rows), peak_errors(fitted, measured))
    asked = [(run.study.bounds[row].workload.subject, run.study.bounds[row].batch) for row in rows]
    known = np.array([key in rivals for key in asked])
    if known.any():
        estimates = np.log([rivals[key] for key in asked if key in rivals])
        yield run.score("peak", "FakeTensor", int(known.sum()), peak_errors(estimates, measured[known]))


def _batches(run: _Run) -> Iterator[Score]:
    labels = [label for label, _ in run.study.brackets]
    if not labels:
        return
    fold_of = dict(zip(run.study.groups[run.split], run.crossed.fold.tolist(), strict=True))
    fold = np.array([fold_of[run.study.group_of(label.workload.subject, run.split)] for label in labels])
    predicted = {name: np.zeros(len(labels), dtype=np.int64) for name in (CORRECTED, SAFE, PHYSICS)}
    for each, point in enumerate(run.crossed.points):
        safe = run.margin(each, run.study.failed)
        methods: dict[str, LogBytes] = {
            CORRECTED: point.log_bytes,
            SAFE: _with_margin(point, safe),
            PHYSICS: point.physics.log_bytes,
        }
        held_out = np.flatnonzero(fold == each)
        for name, log_bytes in methods.items():
            predicted[name][held_out] = _largest(run.study, held_out, log_bytes)
    for name, batches in predicted.items():
        yield run.score("largest batch", name, len(labels), batch_errors(batches.tolist(), labels))


def _with_margin(point: Point, margin: Margin) -> LogBytes:
    return lambda inputs: point.log_bytes(inputs) + margin.log_bytes(inputs)


def _unseen_devices(known: Study, seed: int) -> Iterator[Score]:
    """Largest batches of devices none of whose results were seen, while its models were."""
    devices = np.array([bound.workload.hardware_id for bound in known.bounds])
    of_brackets = np.array([label.workload.hardware_id for label, _ in known.brackets])
    names = np.unique(of_brackets).tolist()
    for name in names if len(names) > 1 else ():
        point = fit_point(known.inputs[devices != name], known.targets[devices != name], seed)
        held_out = np.flatnonzero(of_brackets == name)
        labels = [known.brackets[place][0] for place in held_out.tolist()]
        for method, log_bytes in {CORRECTED: point.log_bytes, PHYSICS: point.physics.log_bytes}.items():
            errors = batch_errors(_largest(known, held_out, log_bytes), labels)
            what = f"largest batch, {known.mode}"
            yield Score(f"unseen {name}", what, method, len(labels), known.without_profile, **errors)


def _largest(known: Study, places: Integers, log_bytes: LogBytes) -> list[int]:
    chosen = [known.brackets[place] for place in places.tolist()]
    return largest_batches(
        [(profile, label.workload, label.ladder_start) for label, profile in chosen], log_bytes
    )
