"""Labels beside their profiles, as arrays to fit to: one row a bound."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import ModelProfile
from predictors.memory.facts import Floats, MemoryFacts, memory_facts
from predictors.memory.features import FEATURES, of_condition, of_sizes
from predictors.memory.index_limit import exceeds_index
from predictors.memory.labels import LabelKind, MemoryLabel, Workload
from predictors.memory.terms import TERMS, terms

Rows = npt.NDArray[np.int64] | npt.NDArray[np.bool_]

Profiles = Mapping[tuple[str, int | None], ModelProfile]
"""By subject and image size; size None has the one the model is made for."""


def by_subject_and_size(known: Iterable[ModelProfile]) -> Profiles:
    """Profiles to look up. Of several forms of a model at one size, the one with most parameters is what is trained.

    The size a model is made for is its attribute `default_image_size`; without it, its smallest.
    """
    found: dict[tuple[str, int | None], ModelProfile] = {}
    for profile in sorted(known, key=lambda each: (-(each.image_size or 0), each.parameter_count)):
        found[profile.subject, profile.image_size] = profile
    smallest_last = list(found.values())
    found |= {(profile.subject, None): profile for profile in smallest_last}
    for profile in smallest_last:
        if profile.attributes.get("default_image_size") == str(profile.image_size):
            found[profile.subject, None] = profile
    return found


def find_profile(profiles: Profiles, subject: str, image_size: int | None) -> ModelProfile | None:
    """The profile of exactly this size; None when there is none."""
    return profiles.get((subject, image_size))


@dataclass(frozen=True, slots=True)
class Bound:
    """low < log(memory of `workload` at `batch`) <= high; a measurement has both equal."""

    workload: Workload
    profile: ModelProfile
    batch: int
    low: float
    high: float
    kind: LabelKind
    scale: float
    """How far beyond a bound a row may lie, as a logarithm: noise of what the label says."""


def bounds(labels: Iterable[MemoryLabel], profiles: Profiles) -> list[Bound]:
    """What the labels with a profile say; those without are left out."""
    found = []
    for label in labels:
        workload = label.workload
        profile = find_profile(profiles, workload.subject, workload.image_size)
        if profile is None:
            continue
        if label.kind is LabelKind.MEASURED:
            value = math.log(label.measured_bytes)
            found.append(Bound(workload, profile, label.batch, value, value, label.kind, MEASURED_SCALE))
            continue
        if math.isfinite(label.at_most):
            high = math.log(label.at_most)
            found.append(Bound(workload, profile, label.batch, -math.inf, high, label.kind, BOUND_SCALE))
        if label.more_than > 0 and not exceeds_index(profile, workload, label.failed_batch):
            low = math.log(label.more_than)
            found.append(Bound(workload, profile, label.failed_batch, low, math.inf, label.kind, BOUND_SCALE))
    return found


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known before anything is fitted, of n workloads at their batches."""

    regimes: npt.NDArray[np.str_]
    physics: Floats
    """Bytes by term, unweighted, (n, TERMS)."""
    features: Floats
    """(n, FEATURES)."""

    def __len__(self) -> int:
        return len(self.regimes)

    def __getitem__(self, rows: Rows) -> "Inputs":
        return Inputs(self.regimes[rows], self.physics[rows], self.features[rows])


@dataclass(frozen=True, slots=True)
class Targets:
    """Logarithms of bytes: low < memory <= high, and how far outside a row may lie."""

    low: Floats
    high: Floats
    scale: Floats

    def __getitem__(self, rows: Rows) -> "Targets":
        return Targets(self.low[rows], self.high[rows], self.scale[rows])


def targets(found: Sequence[Bound]) -> Targets:
    """The bounds as arrays."""
    rows = np.array([(each.low, each.high, each.scale) for each in found], dtype=np.float64).reshape(-1, 3)
    return Targets(rows[:, 0], rows[:, 1], rows[:, 2])


def inputs(asked: Sequence[tuple[ModelProfile, Workload, int]]) -> Inputs:
    """Regimes, terms and features of workloads at batches, in their order.

    Raises PredictionRefused for a precision or mode whose bytes are not known.
    """
    regimes = np.array([regime(workload) for _, workload, _ in asked], dtype=np.str_)
    physics = np.zeros((len(asked), len(TERMS)))
    features = np.zeros((len(asked), len(FEATURES)))
    facts: dict[int, MemoryFacts] = {}
    together: dict[tuple[int, Workload], list[int]] = {}
    for row, (profile, workload, _) in enumerate(asked):
        together.setdefault((id(profile), workload), []).append(row)
    for (key, workload), rows in together.items():
        its = facts.get(key) or facts.setdefault(key, memory_facts(asked[rows[0]][0]))
        batches = [asked[row][2] for row in rows]
        physics[rows] = terms(its, workload, batches)
        known = np.array([*its.features, *of_condition(workload)])
        features[rows] = np.hstack([np.tile(known, (len(rows), 1)), of_sizes(batches, physics[rows])])
    return Inputs(regimes, physics, features)


def regime(workload: Workload) -> str:
    """Conditions whose terms weigh alike: mode, autocast or not, compiled or not."""
    numerics = "amp" if workload.precision.startswith("amp_") else "cast"
    return f"{workload.mode}/{numerics}/{'eager' if workload.compiler == 'eager' else 'compiled'}"


MEASURED_SCALE = 0.04
BOUND_SCALE = 0.06
