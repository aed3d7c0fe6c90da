"""What a device nobody has met is expected to be like: known devices as draws from one Gaussian distribution."""

from dataclasses import dataclass, fields

import numpy as np

from predictors.transfer.known import Floats, Known

_SLOPE = 0.6
"""Devices stretch the differences between items by factors around exp(0) of about this spread."""
_SMALLEST_FACTOR = 1e-6
_SMALLEST_SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class Prior:
    """Log latencies of a new device: mean + basis @ weights, weights normal with mean 0 and one variance a block."""

    mean: Floats
    """Of each item, with the mean level of devices in it."""
    basis: Floats
    """Items x weights. First the level of the device, then how far it stretches the mean item's differences, then the
    factors by which known devices differ, then the attributes of items."""
    factor_count: int
    level_variance: float
    """Of how fast devices are as a whole, between devices."""

    def variances(self, factor_scale: float, attribute_scale: float) -> Floats:
        """Prior variance of each weight; `factor_scale` is how much more a new device may differ than known ones."""
        attribute_count = self.basis.shape[1] - 2 - self.factor_count
        return np.concatenate(
            [
                [self.level_variance, 1.0],
                np.full(self.factor_count, factor_scale),
                np.full(attribute_count, attribute_scale**2),
            ]
        )

    def arrays(self) -> dict[str, Floats]:
        """Its parts as arrays, to be saved."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}


def learn_prior(known: Known) -> Prior:
    """The mean device and how devices differ from it, each device counted once.

    The covariance between items is that of the known devices (its square root by singular value decomposition), plus a
    linear kernel on the attributes, by which a device may differ as no known one does.
    """
    weights = known.weights
    levels = np.median(known.log_values, axis=0)
    shapes = known.log_values - levels
    mean = shapes @ weights
    left, strength, _ = np.linalg.svd((shapes - mean[:, None]) * np.sqrt(weights), full_matrices=False)
    kept = strength > _SMALLEST_FACTOR * max(strength[0], _SMALLEST_SPREAD)
    factors = left[:, kept] * strength[kept]
    spread = float(np.sqrt((factors**2).sum(axis=1).mean())) if kept.any() else 0.0
    level = float(levels @ weights)
    between = float(((levels - level) ** 2) @ weights)
    device_count = len(known.names)
    basis = np.column_stack(
        [np.ones(len(mean)), _SLOPE * (mean - mean.mean()), factors, spread * _standardised(known.attributes)]
    )
    # A mean over so few devices is uncertain itself.
    return Prior(mean + level, basis, int(kept.sum()), between * (device_count + 1) / (device_count - 1))


def _standardised(attributes: Floats) -> Floats:
    """Each attribute with mean 0, and all of them together with variance 1, over items."""
    varied = attributes[:, attributes.std(axis=0) > _SMALLEST_SPREAD]
    if not varied.size:
        return varied
    standard: Floats = (varied - varied.mean(axis=0)) / varied.std(axis=0) / np.sqrt(varied.shape[1])
    return standard
