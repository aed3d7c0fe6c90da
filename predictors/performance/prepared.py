"""Rows with everything that predictors read from them, computed once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts, ModelProfile
from predictors.performance.coarse import coarse_features
from predictors.performance.entities import Entities, entities
from predictors.performance.features import operator_features
from predictors.performance.kernels import Configuration, configurations
from predictors.performance.operators import OperatorTable, operator_table
from predictors.performance.rows import Rows
from predictors.performance.shares import operator_shares

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Profiles = Mapping[tuple[str, float], ModelProfile]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Columns of equal length, and the models they run."""

    rows: Rows
    features: Floats
    names: tuple[str, ...]
    physics: Floats
    """Log seconds of one item from physics alone."""
    shares: npt.NDArray[np.float32]
    """What operators the time goes to, shape (rows, shares.SHARES)."""
    models: Entities
    which: Index
    """Model of each row."""
    configurations: tuple[Configuration, ...]
    twins: Index
    """Numbers of groups of twins."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def target(self) -> Floats:
        """Log seconds of one item as measured."""
        return np.asarray(-np.log(self.rows.throughput), dtype=float)

    def take(self, index: Index | npt.NDArray[np.bool_]) -> "Prepared":
        """Some of the rows; models stay as they are numbered."""
        numbers = np.flatnonzero(index) if index.dtype == bool else index
        return Prepared(
            self.rows.take(numbers),
            self.features[numbers],
            self.names,
            self.physics[numbers],
            self.shares[numbers],
            self.models,
            self.which[numbers],
            tuple(self.configurations[number] for number in numbers),
            self.twins[numbers],
        )


def traced(rows: Rows, profiles: Profiles) -> npt.NDArray[np.bool_]:
    """Which rows run a model whose operators are known, on a device of known rates."""
    return np.array(
        [
            bool((profile := profiles.get((model, size))) and profile.operators)
            for model, size in zip(rows.model, rows.image_size, strict=True)
        ]
    )


def prepare(rows: Rows, profiles: Profiles, hardware: Mapping[str, HardwareFacts]) -> Prepared:
    """Features and physics of rows whose operators are all known; see `traced`."""
    ran, profile = _profiles_of(rows, profiles)
    table = operator_table(ran)
    rows = _sizes_from_traces(rows, ran, profile)
    of_operators, operator_names, physics, expanded = operator_features(rows, profile, table, hardware)
    coarse, coarse_names = coarse_features(rows, hardware)
    models, which = entities(rows, profile, table)
    kinds = {device: facts.kind or "" for device, facts in hardware.items()}
    return Prepared(
        rows,
        np.hstack([coarse, of_operators]),
        (*coarse_names, *operator_names),
        physics,
        operator_shares(expanded, table, len(rows)),
        models,
        which,
        tuple(configurations(rows, kinds)),
        rows.twins,
    )


def operators_of(rows: Rows, profiles: Profiles) -> tuple[OperatorTable, Index]:
    """Operators of the profiles that rows run, and which profile each row does, shape (rows,)."""
    ran, profile = _profiles_of(rows, profiles)
    return operator_table(ran), profile


def _profiles_of(rows: Rows, profiles: Profiles) -> tuple[list[ModelProfile], Index]:
    """Each profile once: many rows run one model."""
    number: dict[tuple[str, float], int] = {}
    which = [number.setdefault(key, len(number)) for key in zip(rows.model, rows.image_size, strict=True)]
    return [profiles[key] for key in number], np.array(which, dtype=np.int64)


def _sizes_from_traces(rows: Rows, profiles: list[ModelProfile], profile: Index) -> Rows:
    """Operations and activations that no result states are counted in the trace."""
    matrix = ("conv", "matmul", "batched_matmul", "attention")
    macs = np.array([each.flops_per_item / 2 for each in profiles])
    written = np.array(
        [
            sum(one.written_elements for one in each.operators if one.category.startswith(matrix))
            for each in profiles
        ]
    )
    stated = {name: getattr(rows, name) for name in Rows.__dataclass_fields__}
    stated["macs"] = np.where(np.isfinite(rows.macs), rows.macs, macs[profile])
    stated["activations"] = np.where(np.isfinite(rows.activations), rows.activations, written[profile])
    return Rows(**stated)
