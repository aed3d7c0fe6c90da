"""Models at one image size: what tells how alike two of them are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.coarse import coarse_features
from predictors.performance.families import plain_name, prefix_family
from predictors.performance.features import operator_features
from predictors.performance.likeness import ModelLikeness
from predictors.performance.operators import OperatorTable
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]

_FURTHEST = 4.0
_COARSE = 5
_LEAST_SPREAD = 1e-6

# Models are compared as they would run on one and the same device, an ordinary one.
REFERENCE = HardwareFacts(
    "reference", None, "gpu", None, 1e12, {"fp16": 1e14}, {"fp16": 1e14}, cache_bytes=5e7, unit_count=100
)


@dataclass(frozen=True)
class Entities:
    """Models at one image size, one entry each."""

    key: Names
    """Model and image size."""
    name: Names
    """Without tags and marks of ports."""
    family: Names
    signature: Floats
    """Parameters, operations and activations, which twins have in common. Shape (models, 3)."""
    features: Floats
    """Shape (models, features), not scaled."""

    def __len__(self) -> int:
        return len(self.key)

    def take(self, index: Index) -> "Entities":
        """The models of an index."""
        return Entities(
            self.key[index], self.name[index], self.family[index], self.signature[index], self.features[index]
        )

    @cached_property
    def words(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Keys, names and families that occur."""
        keys, names, families = (frozenset(map(str, each)) for each in (self.key, self.name, self.family))
        return keys, names, families


def keys(rows: Rows) -> Names:
    """Model and image size of each row, as one text."""
    return np.array(
        [f"{model}@{size:.0f}" for model, size in zip(rows.model, rows.image_size, strict=True)], dtype=object
    )


def entities(rows: Rows, profile: Index, table: OperatorTable) -> tuple[Entities, Index]:
    """The models of the rows, and which of them each row runs."""
    names = keys(rows)
    unique, first, which = np.unique(names.astype(str), return_index=True, return_inverse=True)
    chosen = rows.take(first)
    count = len(first)

    def all_are(value: str) -> Names:
        return np.array([value] * count, dtype=object)

    standard = Rows(
        model=chosen.model,
        image_size=chosen.image_size,
        parameters=chosen.parameters,
        macs=chosen.macs,
        activations=chosen.activations,
        hardware=all_are("reference"),
        mode=all_are("inference"),
        precision=all_are("amp_fp16"),
        memory_format=all_are("nchw"),
        compiler=all_are("eager"),
        version=np.full(count, 2.0),
        batch_size=np.full(count, 256.0),
        runtime=all_are(""),
        throughput=np.full(count, np.nan),
    )
    devices: Mapping[str, HardwareFacts] = {"reference": REFERENCE}
    coarse, _ = coarse_features(standard, devices)
    of_operators, _, _, _ = operator_features(standard, profile[first], table, devices)
    made = Entities(
        unique.astype(object),
        np.array([plain_name(model) for model in chosen.model], dtype=object),
        np.array([prefix_family(model) for model in chosen.model], dtype=object),
        np.column_stack([chosen.parameters, np.round(chosen.macs, -6), np.round(chosen.activations, -4)]),
        # Three digits tell models apart, and are what is kept of them.
        np.hstack([np.nan_to_num(coarse[:, :_COARSE]), of_operators]).astype(np.float16).astype(float),
    )
    return made, which.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Scale:
    """Brings features to zero mean and unit spread."""

    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, features: Floats) -> "Scale":
        """From the models learned from; a feature that never differs does not count."""
        spread = features.std(axis=0)
        return cls(features.mean(axis=0), np.where(spread > _LEAST_SPREAD, spread, np.inf))

    def apply(self, features: Floats) -> Floats:
        """Scaled features, far ones pulled in."""
        return np.clip((features - self.mean) / self.spread, -_FURTHEST, _FURTHEST)


@dataclass(frozen=True, slots=True)
class Alike:
    """In what two sets of models agree; each of shape (of, to)."""

    same: Floats
    twin: Floats
    """1 where both name and sizes are the same, a half where one of them is."""
    family: Floats
    distance: Floats

    def covariance(self, likeness: ModelLikeness) -> Floats:
        """Covariance of the two sets, 1 for a model with itself."""
        return likeness.covariance(self.same, self.twin, self.family, self.distance)


def alike(of: Entities, to: Entities, scale: Scale, scaled_to: Floats | None = None) -> Alike:
    """How two sets of models compare; the features of the second, where they were scaled before, need not be again."""

    def equal(one: Names, other: Names) -> npt.NDArray[np.bool_]:
        return np.asarray(one[:, None] == other[None, :], dtype=bool)

    same = equal(of.key, to.key)
    # Sizes that are not known are equal to nothing but themselves.
    sizes = (of.signature[:, None, :] == to.signature[None, :, :]).all(axis=2) | same
    one = scale.apply(of.features)
    other = scale.apply(to.features) if scaled_to is None else scaled_to
    squared = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :] - 2 * one @ other.T
    return Alike(
        same.astype(float),
        # The mean of two equivalences is a covariance; their union, which is no equivalence, would not be.
        (equal(of.name, to.name).astype(float) + sizes.astype(float)) / 2,
        equal(of.family, to.family).astype(float),
        np.sqrt(np.maximum(0.0, squared) / one.shape[1]),
    )
