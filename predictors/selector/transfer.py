"""How devices stand to each other, learned from other models that ran on several of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.hardware import matrix_rate
from predictors.selector.rates import Condition, Pool, likeness

Floats = npt.NDArray[np.float64]

_Group = tuple[str | None, tuple[str | None, ...]]
_RATES = 2
"""Columns of what the catalogue tells: logarithms of memory bandwidth and of the rate of matrix products."""
_PRIOR_SLOPE = 0.5
_PRIOR_PULL = 0.2
_DEVICE_PULL = 0.3
"""How many pools a device has to be in to be believed as much as its catalogue row; slopes likewise. Choices on the
results of timm and MLPerf are the same for any device pull from 0.1 to 1, and any pull of slopes from 0.05 to 1."""
_LEVEL_DEVIATIONS = 1.645
LEVEL = 0.9
_LEAST_VARIANCE = 0.02**2
_USUAL_VARIANCE = 0.3**2
"""Of a logarithm, where too few pools tell how much devices vary between models."""
_LEAST_DEGREES = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a device stands: the logarithm of its rate, up to a constant that all devices share."""

    log_rate: float
    half_width: float
    """Of an interval that holds LEVEL of devices under one condition of one model."""
    evidence_count: int
    """Pools of other models that this device is in."""


class Transfer:
    """A ridge regression of log rates on devices and their catalogue rates, pools centred.

    log(rate) = pool + sum(slope * log(catalogue rate)) + device + rest. The pool's own level drops out by centring each
    pool; `device` is shrunk towards 0, slopes towards 1/2 each, which is the geometric mean of the two bounds of the
    roofline model (Williams et al. 2009). Pools count by how alike they are to what is asked.
    """

    def __init__(self, pools: Sequence[Pool], hardware: Mapping[str, HardwareFacts]) -> None:
        shared = [
            pool for pool in pools if len(pool.rates) > 1 and all(each in hardware for each in pool.rates)
        ]
        self._hardware = hardware
        self._devices = sorted({device for pool in shared for device in pool.rates})
        self._place = {device: at for at, device in enumerate(self._devices)}
        self._usual = _usual_rates(hardware.values())
        self._centre = self._rates_of(self._devices).mean(axis=0) if self._devices else np.zeros(_RATES)
        self._by_twin: dict[str, list[tuple[_Group, Floats, Floats]]] = defaultdict(list)
        self._sums: dict[_Group, Floats] = {}
        self._counts: dict[_Group, Floats] = {}
        self._representatives: dict[_Group, Pool] = {}
        for pool in shared:
            self._take(pool)

    def _take(self, pool: Pool) -> None:
        group = (pool.family, pool.condition.signature)
        moments, count = self._moments(pool)
        self._representatives.setdefault(group, pool)
        self._sums[group] = self._sums.get(group, np.zeros_like(moments)) + moments
        self._counts[group] = self._counts.get(group, np.zeros_like(count)) + count
        self._by_twin[pool.twin].append((group, moments, count))

    @property
    def is_empty(self) -> bool:
        """Whether no model ran on two devices."""
        return not self._devices

    def standings(
        self,
        devices: Sequence[str],
        family: str | None,
        condition: Condition,
        hidden_twin: str | None = None,
    ) -> dict[str, Standing]:
        """Where devices stand under a condition; without those of which neither evidence nor catalogue tells.

        Args:
            devices: Hardware ids.
            family: Of the model that is asked for; None counts all families alike.
            condition: What is asked for; None in it means any.
            hidden_twin: A model whose own pools are not to be looked at.
        """
        asked = [each for each in devices if each in self._place or self._is_catalogued(each)]
        if self.is_empty or not asked:
            return {}
        sums, counts = self._weighted(family, condition, hidden_twin)
        products, targets, squares = sums[:-1, :-1], sums[:-1, -1], sums[-1, -1]
        pull = np.diag([_DEVICE_PULL] * len(self._devices) + [_PRIOR_PULL] * _RATES)
        prior = np.array([0.0] * len(self._devices) + [_PRIOR_SLOPE] * _RATES)
        inverse = np.linalg.inv(products + pull)
        found = inverse @ (targets + pull @ prior)
        rest = squares - 2 * found @ targets + found @ products @ found
        variance = _variance(rest, counts)
        design = self._design(asked)
        own = np.einsum("ij,jk,ik->i", design, inverse, design) * max(variance, _LEAST_VARIANCE)
        # A device that no pool has is known by its catalogue row alone: others depart from theirs by this much.
        is_known = np.array([each in self._place for each in asked])
        departure = np.where(is_known, 0.0, _USUAL_VARIANCE)
        half = _LEVEL_DEVIATIONS * np.sqrt(own + variance + departure)
        return {
            each: Standing(float(level), float(width), int(self._pools_of(each, counts)))
            for each, level, width in zip(asked, design @ found, half, strict=True)
        }

    def _weighted(
        self, family: str | None, condition: Condition, hidden: str | None
    ) -> tuple[Floats, Floats]:
        size = len(self._devices) + _RATES + 1
        sums, counts = np.zeros((size, size)), np.zeros(len(self._devices))
        weights = {group: likeness(family, condition, pool) for group, pool in self._representatives.items()}
        for group, weight in weights.items():
            sums += weight * self._sums[group]
            counts += self._counts[group]
        for group, moments, count in self._by_twin.get(hidden or "", ()):
            sums -= weights[group] * moments
            counts -= count
        return sums, counts

    def _moments(self, pool: Pool) -> tuple[Floats, Floats]:
        rates = pool.medians
        design = self._design(list(rates))
        joined = np.column_stack([design, np.log(list(rates.values()))])
        joined -= joined.mean(axis=0)
        return joined.T @ joined, design[:, : len(self._devices)].sum(axis=0)

    def _design(self, devices: Sequence[str]) -> Floats:
        design = np.zeros((len(devices), len(self._devices) + _RATES))
        for row, device in enumerate(devices):
            if device in self._place:
                design[row, self._place[device]] = 1.0
        design[:, len(self._devices) :] = self._rates_of(devices) - self._centre
        return design

    def _rates_of(self, devices: Sequence[str]) -> Floats:
        """Logarithms; what the catalogue does not tell of a device is the median of those of its kind."""
        table = np.array([_catalogue_rates(self._hardware[each]) for each in devices], np.float64)
        usual = np.array([self._usual[self._hardware[each].kind] for each in devices], np.float64)
        return np.where(np.isnan(table), usual, table)

    def _is_catalogued(self, device: str) -> bool:
        return bool(np.isfinite(_catalogue_rates(self._hardware[device])).all())

    def _pools_of(self, device: str, counts: Floats) -> float:
        return float(counts[self._place[device]]) if device in self._place else 0.0


def _catalogue_rates(facts: HardwareFacts) -> tuple[float, float]:
    rate = matrix_rate(facts, "fp16")
    return (
        float(np.log(facts.memory_bandwidth)) if facts.memory_bandwidth else np.nan,
        float(np.log(rate)) if rate else np.nan,
    )


def _usual_rates(devices: Iterable[HardwareFacts]) -> Mapping[str | None, tuple[float, float]]:
    """The medians of every kind of device; those of all where nothing is known of a kind."""
    by_kind: dict[str | None, list[tuple[float, float]]] = defaultdict(list)
    everything: list[tuple[float, float]] = []
    kinds = set()
    for each in devices:
        kinds.add(each.kind)
        rates = _catalogue_rates(each)
        if np.isfinite(rates).all():
            by_kind[each.kind].append(rates)
            everything.append(rates)
    of_all = tuple(np.median(everything or [(0.0, 0.0)], axis=0).tolist())
    return {
        kind: tuple(np.median(by_kind[kind], axis=0).tolist()) if by_kind[kind] else of_all for kind in kinds
    }


def _variance(rest: float, counts: Floats) -> float:
    """Of what a pool's devices have beside their standing; a guess where hardly any pool tells."""
    degrees = counts.sum() / 2 - np.count_nonzero(counts)
    if degrees < _LEAST_DEGREES:
        return _USUAL_VARIANCE
    return float(max(rest / degrees, _LEAST_VARIANCE))
