"""Few-shot transfer: learn from known devices, say what to measure on a new one, predict the rest of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.transfer.calibration import Calibration, calibrate
from predictors.transfer.design import design
from predictors.transfer.known import Floats, Indices, Known
from predictors.transfer.posterior import Posterior, condition
from predictors.transfer.prior import Prior, learn_prior

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """Latencies in the unit of the known table, with intervals meant to hold 90 % of them."""

    values: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class DevicePredictor:
    """One device after its probes."""

    prior: Prior
    posterior: Posterior
    width: float
    """Standard deviations from the middle to an end of the interval."""
    probe_count: int

    def predict(self, items: Any = None) -> Estimate:
        """Latencies of the items with these row numbers in the known table; of all of them when none are named."""
        chosen = np.arange(len(self.prior.mean)) if items is None else np.asarray(items, dtype=np.int64)
        rows = self.prior.basis[chosen]
        middle = self.prior.mean[chosen] + rows @ self.posterior.mean
        variance = ((rows @ self.posterior.covariance) * rows).sum(axis=1) + self.posterior.noise_variance
        half = self.width * np.sqrt(variance)
        return Estimate(np.exp(middle), np.exp(middle - half), np.exp(middle + half))


@dataclass(frozen=True, slots=True)
class TransferModel:
    """What was learned from known devices. `learn` makes it, `load` brings it back."""

    prior: Prior
    calibration: Calibration

    def probes(self, count: int) -> Indices:
        """Row numbers of the items to measure first on a new device, most telling first."""
        return design(self.prior, count)

    def fit(self, probes: Any, latencies: Any) -> DevicePredictor:
        """The device on which the items `probes` took `latencies`; both may be empty, and then it is the mean device.

        Raises PredictionRefused for latencies that are not positive or not one for each probe, and for unknown items.
        """
        items = np.asarray(probes, dtype=np.int64)
        values = np.asarray(latencies, dtype=np.float64)
        if items.shape != values.shape or items.ndim != 1:
            raise PredictionRefused(f"{values.size} latencies were given for {items.size} probes")
        if not (np.isfinite(values) & (values > 0)).all():
            raise PredictionRefused(
                "the latency of a probe is not a positive number", hint="Measure it again"
            )
        if items.size and (items.min() < 0 or items.max() >= len(self.prior.mean)):
            raise PredictionRefused(f"items are numbered 0 to {len(self.prior.mean) - 1}")
        width = self.calibration.width(len(items))
        return DevicePredictor(self.prior, condition(self.prior, items, values), width, len(items))

    def save(self, path: Path) -> None:
        """Write it as arrays; nothing in the file is executed when it is read."""
        with path.open("wb") as file:
            np.savez_compressed(file, format=_FORMAT, **self.prior.arrays(), **self.calibration.arrays())  # type: ignore[arg-type]


def learn(known: Known, *, is_calibrated: bool = True) -> TransferModel:
    """Learn from known devices; without calibration, intervals are as wide as the model itself says."""
    return TransferModel(learn_prior(known), calibrate(known) if is_calibrated else Calibration.none())


def load(path: Path) -> TransferModel:
    """A saved model. Raises PredictionRefused when `path` does not hold one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        if int(held["format"]) != _FORMAT:
            raise PredictionRefused(f"format {held['format']} is not {_FORMAT}", where=str(path))
        prior = Prior(held["mean"], held["basis"], int(held["factor_count"]), float(held["level_variance"]))
        return TransferModel(prior, Calibration(held["probe_counts"], held["widths"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise PredictionRefused(
            "this is no saved transfer model", where=str(path), hint="Train it again"
        ) from error


def probes(known: Known, count: int) -> Indices:
    """The items to measure first, from known devices alone."""
    return design(learn_prior(known), count)


def fit(known: Known, probed: Sequence[int], latencies: Sequence[float]) -> DevicePredictor:
    """A predictor of the device on which the items `probed` took `latencies`."""
    return learn(known).fit(probed, latencies)
