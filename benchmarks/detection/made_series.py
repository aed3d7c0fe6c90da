"""Made series of benchmark results: noise of six kinds, with or without a change of level.

A coefficient of variation is the standard deviation of the logarithm of the noise, whatever its kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from predictors.detection.arrays import Floats

_LEVEL = 100.0
_AUTOCORRELATION = 0.5
_SPIKES, _SPIKE_FROM, _SPIKE_TO = 0.01, 0.22, 1.7
_DRIFT = 3.0
_STEPPED = 0.5
_MODES = np.sqrt(0.75)
"""Half the distance of two modes, in standard deviations; normal noise makes up the rest."""


def _normal(random: np.random.Generator, count: int) -> Floats:
    noise: Floats = random.normal(0.0, 1.0, count)
    return noise


def _spiky(random: np.random.Generator, count: int, deviation: float) -> Floats:
    noise = _normal(random, count)
    is_spike = random.random(count) < _SPIKES
    noise[is_spike] += np.log1p(random.uniform(_SPIKE_FROM, _SPIKE_TO, int(is_spike.sum()))) / deviation
    return noise


def _drifting(random: np.random.Generator, count: int) -> Floats:
    noise: Floats = _normal(random, count) + random.choice([-1, 1]) * np.linspace(0, _DRIFT, count)
    return noise


def _autocorrelated(random: np.random.Generator, count: int) -> Floats:
    noise = _normal(random, count)
    fresh = np.sqrt(1 - _AUTOCORRELATION**2)
    for place in range(1, count):
        noise[place] = _AUTOCORRELATION * noise[place - 1] + fresh * noise[place]
    return noise


def _bimodal(random: np.random.Generator, count: int) -> Floats:
    noise: Floats = np.sqrt(1 - _MODES**2) * _normal(random, count) + _MODES * random.choice([-1, 1], count)
    return noise


_NOISES: dict[str, Callable[[np.random.Generator, int, float], Floats]] = {
    "iid": lambda random, count, _: _normal(random, count),
    "outlier": _spiky,
    "drift": lambda random, count, _: _drifting(random, count),
    "AR(1) 0.5": lambda random, count, _: _autocorrelated(random, count),
    "bimodal": lambda random, count, _: _bimodal(random, count),
    "sparse": lambda random, count, _: _normal(random, count),
}
SCENARIOS = tuple(_NOISES)
"""`sparse`: a random half of twice as many commits was measured, the change lies between two that were."""


@dataclass(frozen=True, slots=True)
class Made:
    """A series and where its level changes."""

    scenario: str
    values: Floats
    changes: tuple[int, ...]


def made(random: np.random.Generator, count: int, deviation: float, step: float, scenario: str) -> Made:
    """A series of `count` points; a step up or down (0.05 = 5 %), unless 0, between 20 % and 80 % of it."""
    total = 2 * count if scenario == "sparse" else count
    noise = deviation * _NOISES[scenario](random, total, deviation)
    place = int(random.integers(int(0.2 * total), int(0.8 * total) + 1))
    noise[place:] += random.choice([-1, 1]) * np.log1p(step)
    if scenario == "sparse":
        measured = np.sort(random.choice(total, count, replace=False))
        noise, place = noise[measured], int(np.searchsorted(measured, place))
    return Made(scenario, _LEVEL * np.exp(noise), (place,) if step else ())


def spiked(random: np.random.Generator, count: int, deviation: float) -> tuple[Floats, dict[int, float]]:
    """Normal noise, 1 % spikes of 8 to 30 %, in every other series a step of 10 %; values, and each spike's size."""
    noise = deviation * _normal(random, count)
    if random.random() < _STEPPED:
        noise[int(random.integers(int(0.2 * count), int(0.8 * count))) :] += np.log1p(0.1)
    spikes = {
        int(place): float(random.uniform(0.08, 0.3))
        for place in np.flatnonzero(random.random(count) < _SPIKES)
    }
    for place, size in spikes.items():
        noise[place] += np.log1p(size)
    return _LEVEL * np.exp(noise), spikes


def matched(changes: Sequence[int], found: Sequence[int], within: int = 3) -> tuple[int, int]:
    """How many changes were found to within so many points, and how many findings match none."""
    left = list(changes)
    for place in found:
        near = [change for change in left if abs(change - place) <= within]
        if near:
            left.remove(min(near, key=lambda change: abs(change - place)))
    hits = len(changes) - len(left)
    return hits, len(found) - hits
