"""Columns of the mixed model: words of conditions, slopes, and which level of each random effect a row is of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.mixed_model.words import Word, words_of
from predictors.performance.prepared import Prepared

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]
Level = tuple[str, ...]

CROSSED = ("device", "configuration")
NESTED = ("family", "model", "family in configuration", "model on device")
SHARES = {
    "time_share_norm": "share of norms",
    "time_share_attention": "share of attention",
    "time_share_batched_matmul": "share of batched products",
    "time_share_copy": "share of copies",
    "log_launch_over_bound": "launches over arithmetic and traffic",
}
"""Of the seconds of physics, each by its standard deviation; launches by that of the logarithm. On results of timm,
depthwise convolutions and elementwise operators told nothing beyond these and the family."""
BATCH = "batch size"
FUSIBLE = "time left by fusing, where compiled"
_LEAST_SPREAD = 1e-9
_EAGER = ("eager", "")


@dataclass(frozen=True, slots=True)
class Slopes:
    """How numbers are brought to scale, as learned from the rows that were fitted."""

    batch: Mapping[str, float]
    """Mean logarithm of the batch by kind of device, `` for all."""
    fusible: float
    middle: Floats
    spread: Floats

    @classmethod
    def of(cls, given: Prepared) -> "Slopes":
        """From the rows to be fitted."""
        kinds, logs = _kinds(given), np.log2(given.rows.batch_size)
        means = {str(kind): float(logs[kinds == kind].mean()) for kind in np.unique(kinds.astype(str))}
        shares = _shares(given)
        is_compiled = compiled(given)
        fusible = _column(given, "log_fused_over_eager")[is_compiled]
        return cls(
            {"": float(logs.mean()), **means},
            float(fusible.mean()) if is_compiled.any() else 0.0,
            shares.mean(axis=0),
            np.fmax(shares.std(axis=0), _LEAST_SPREAD),
        )

    def unit(self, name: str) -> str:
        """For what change of a number its effect is told."""
        if name in {BATCH, FUSIBLE}:
            return "for twice as much" + (
                "; 2 where all that physics expects is saved" if name == FUSIBLE else ""
            )
        deviation = float(self.spread[list(SHARES.values()).index(name)])
        return f"for a standard deviation, {deviation:.3g}"

    def columns(self, given: Prepared) -> dict[str, Floats]:
        """Columns of shape (rows,) by what they are."""
        usual = np.array([self.batch.get(str(kind), self.batch[""]) for kind in _kinds(given)])
        fusible = _column(given, "log_fused_over_eager") - self.fusible
        scaled = (_shares(given) - self.middle) / self.spread
        return {
            BATCH: np.log2(given.rows.batch_size) - usual,
            FUSIBLE: np.where(compiled(given), fusible / np.log(2), 0.0),
            **dict(zip(SHARES.values(), scaled.T, strict=True)),
        }


def compiled(given: Prepared) -> npt.NDArray[np.bool_]:
    """Rows that a compiler ran."""
    return np.asarray(~np.isin(given.rows.compiler, _EAGER), dtype=bool)


def eager_physics(given: Prepared) -> Floats:
    """Log seconds of one item by physics with every operator by itself, so that what compiling saves is an effect."""
    return np.where(compiled(given), given.physics - _column(given, "log_fused_over_eager"), given.physics)


def configurations(given: Prepared) -> list[Level]:
    """Device and words of each row: all but the model and its batch."""
    words = words_of(given.rows)
    return list(
        zip(given.rows.hardware.tolist(), *(column.tolist() for column in words.values()), strict=True)
    )


def groups(given: Prepared) -> dict[str, list[Level]]:
    """The level of each row in each random effect, by its name."""
    devices: list[Level] = [(str(device),) for device in given.rows.hardware]
    settings = configurations(given)
    families: list[Level] = [(str(name),) for name in given.models.family[given.which]]
    # Ports of one network can have another prefix: a model is one of its family.
    models: list[Level] = [
        (*family, str(name)) for family, name in zip(families, given.models.name[given.which], strict=True)
    ]
    return {
        "device": devices,
        "configuration": settings,
        "family": families,
        "model": models,
        "family in configuration": [(*one, *two) for one, two in zip(families, settings, strict=True)],
        "model on device": [(*one, *two) for one, two in zip(models, devices, strict=True)],
    }


def numbered(levels: Sequence[Level]) -> tuple[Index, dict[Level, int]]:
    """Numbers in the order of first appearance, and which level has which."""
    places: dict[Level, int] = {}
    numbers = np.array([places.setdefault(level, len(places)) for level in levels], dtype=np.int64)
    return numbers, places


def word_columns(words: Sequence[Word], given: Prepared) -> dict[str, Floats]:
    """1 where a row has the word, by label of the word; shape (rows,)."""
    columns = words_of(given.rows)
    return {word.label: (columns[word.column] == word.value).astype(float) for word in words}


def _kinds(given: Prepared) -> Names:
    return np.array([each.kind for each in given.configurations], dtype=object)


def _column(given: Prepared, name: str) -> Floats:
    return given.features[:, given.names.index(name)]


def _shares(given: Prepared) -> Floats:
    return np.column_stack([_column(given, name) for name in SHARES])
