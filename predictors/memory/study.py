"""All labels of one mode that have a profile, as arrays, with the groups that are new together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from benchmart.errors import PredictionRefused
from predictors.contract import ModelProfile
from predictors.memory.design import (
    Bound,
    Inputs,
    Profiles,
    Targets,
    bounds,
    find_profile,
    inputs,
    targets,
)
from predictors.memory.facts import Floats
from predictors.memory.groups import Integers, prefix_family, twin_groups
from predictors.memory.labels import LabelKind, MemoryLabel, bracket_labels, measured_labels

SPLITS = ("unseen model", "unseen family")
MODES = ("training", "inference")


@dataclass(frozen=True, slots=True)
class Study:
    """n bounds, one a row."""

    mode: str
    bounds: Sequence[Bound]
    inputs: Inputs
    targets: Targets
    groups: Mapping[str, Sequence[object]]
    """Of each row, by split."""
    brackets: Sequence[tuple[MemoryLabel, ModelProfile]]
    """Labels that say where memory ran out."""
    without_profile: int
    """Labels that were left out."""

    @property
    def measured(self) -> Integers:
        """Rows whose peak was measured."""
        return np.flatnonzero(self.targets.low == self.targets.high)

    @property
    def failed(self) -> Integers:
        """Rows of batches that did not run while the next smaller one did."""
        return np.flatnonzero(
            np.isfinite(self.targets.low) & np.isinf(self.targets.high) & self._is_bracket()
        )

    def _is_bracket(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([bound.kind is LabelKind.BRACKET for bound in self.bounds], dtype=np.bool_)

    def group_of(self, subject: str, split: str) -> object:
        """The group of a subject that has rows."""
        return prefix_family(subject) if split == SPLITS[1] else self._twins()[subject]

    def _twins(self) -> dict[str, object]:
        names = (bound.workload.subject for bound in self.bounds)
        return dict(zip(names, self.groups[SPLITS[0]], strict=True))


def missing(known: Study, fitted: Floats, rows: Integers) -> Floats:
    """What the rows are known to have above `fitted`, logarithms: all of it where measured, at least it where bounded.

    Rows far below what was fitted say nothing about how far above one can be, and are cut.
    """
    return np.maximum(known.targets.low[rows] - fitted[rows], _LEAST_MISSING)


def study(connection: duckdb.DuckDBPyConnection, profiles: Profiles, mode: str) -> Study:
    """Everything that was measured of memory in `training` or `inference`.

    Raises PredictionRefused when there is too little of it to hold models out.
    """
    labels = [
        label
        for label in (*measured_labels(connection), *bracket_labels(connection))
        if label.workload.mode == mode
    ]
    found = bounds(labels, profiles)
    subjects = {bound.workload.subject for bound in found}
    if len(subjects) < _FEWEST_MODELS:
        raise PredictionRefused(
            f"memory of {mode} is known of {len(subjects)} models with a profile, and {_FEWEST_MODELS} are needed",
            hint="Import results, and profile their models with `benchmart profile --missing`",
        )
    signatures = defaultdict(set)
    for (subject, size), profile in profiles.items():
        if subject in subjects:
            signatures[subject].add((size, profile.parameter_count, profile.flops_per_item))
    twins = twin_groups(signatures)
    brackets = []
    for label in labels:
        its = find_profile(profiles, label.workload.subject, label.workload.image_size)
        if its and label.kind is LabelKind.BRACKET:
            brackets.append((label, its))
    return Study(
        mode=mode,
        bounds=found,
        inputs=inputs([(bound.profile, bound.workload, bound.batch) for bound in found]),
        targets=targets(found),
        groups={
            SPLITS[0]: [twins[bound.workload.subject] for bound in found],
            SPLITS[1]: [prefix_family(bound.workload.subject) for bound in found],
        },
        brackets=brackets,
        without_profile=sum(
            find_profile(profiles, label.workload.subject, label.workload.image_size) is None
            for label in labels
        ),
    )


_FEWEST_MODELS = 20
_LEAST_MISSING = -0.5
