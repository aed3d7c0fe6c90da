"""What is known before a new device is met: a table of items by devices, and what the items are made of."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmart.errors import PredictionRefused

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_FILLING_ROUNDS = 20
_FILLING_RANK = 3


@dataclass(frozen=True, slots=True)
class Known:
    """Latencies of the same items on known devices."""

    log_values: Floats
    """Logarithms of latencies, items x columns. No gaps."""
    devices: tuple[str, ...]
    """The device of each column: several batch sizes of one device are one device."""
    attributes: Floats
    """What is known of each item without measuring it, items x attributes; there may be none."""

    @property
    def weights(self) -> Floats:
        """Of the columns, summing up to 1: each device counts once, however many columns it has."""
        counts = Counter(self.devices)
        weights = np.array([1 / counts[device] for device in self.devices])
        return np.asarray(weights / weights.sum())

    @property
    def names(self) -> tuple[str, ...]:
        """The devices, each once, in order."""
        return tuple(dict.fromkeys(self.devices))

    def without(self, device: str) -> "Known":
        """All other devices."""
        kept = [column for column, name in enumerate(self.devices) if name != device]
        return Known(
            self.log_values[:, kept], tuple(self.devices[column] for column in kept), self.attributes
        )

    def columns_of(self, device: str) -> Floats:
        """The columns of one device, items x columns."""
        return self.log_values[:, [name == device for name in self.devices]]

    def some_items(self, count: int, seed: int = 0) -> "Known":
        """At most `count` items, drawn with a fixed seed."""
        drawn = np.random.default_rng(seed).permutation(len(self.log_values))[:count]
        return Known(self.log_values[drawn], self.devices, self.attributes[drawn])


def known_devices(latencies: Any, devices: tuple[str, ...], attributes: Any = None) -> Known:
    """Latencies (items x columns, any unit, NaN where not measured) of the devices named by column.

    Gaps are filled from the other columns, so that a table with a few of them serves.
    Raises PredictionRefused for latencies that are not positive, an item nobody measured, fewer than two devices, or
    shapes that do not fit.
    """
    table = np.asarray(latencies, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(devices):  # noqa: PLR2004 - a table has two dimensions
        raise PredictionRefused(f"{len(devices)} devices are named for a table of shape {table.shape}")
    if len(set(devices)) < 2:  # noqa: PLR2004 - between devices there is something to learn
        raise PredictionRefused(
            "one known device says nothing about how devices differ", hint="Import results of another device"
        )
    measured = ~np.isnan(table)
    if not (np.isfinite(table) & (table > 0))[measured].all():
        raise PredictionRefused(
            "a latency of a known device is not a positive number", hint="Leave it out as NaN"
        )
    if not measured.any(axis=1).all() or not measured.any(axis=0).all():
        raise PredictionRefused("an item or a device has no measured latency at all", hint="Leave it out")
    about = np.zeros((len(table), 0)) if attributes is None else np.asarray(attributes, dtype=np.float64)
    if len(about) != len(table) or not np.isfinite(about).all():
        raise PredictionRefused(
            f"attributes of {len(about)} items, not all finite, do not fit {len(table)} items"
        )
    logs = np.log(np.where(measured, table, 1.0))
    return Known(logs if measured.all() else _filled(logs, measured), devices, about)


def _filled(logs: Floats, measured: NDArray[np.bool_]) -> Floats:
    """Gaps as item mean plus device level plus the strongest factors, worked out in rounds until they hardly move."""
    count = np.maximum(measured.sum(axis=0), 1)
    level = np.where(measured, logs, 0).sum(axis=0) / count
    item = np.where(measured, logs - level, 0).sum(axis=1) / measured.sum(axis=1)
    filled: Floats = np.where(measured, logs, item[:, None] + level)
    for _ in range(_FILLING_ROUNDS):
        centre = filled.mean(axis=1, keepdims=True) + filled.mean(axis=0) - filled.mean()
        left, strength, right = np.linalg.svd(filled - centre, full_matrices=False)
        rank = min(_FILLING_RANK, len(strength))
        filled = np.where(measured, logs, centre + (left[:, :rank] * strength[:rank]) @ right[:rank])
    return filled
