"""Results made by a mixed model with known effects, so that what is estimated can be held against it."""

from dataclasses import dataclass, fields, replace
from itertools import product

import numpy as np
from made_models import DEVICES, results

from predictors.mixed_model.design import eager_physics, groups
from predictors.performance.prepared import Prepared, prepare
from predictors.performance.rows import Rows

FACTORS = {"compiler inductor": -0.4, "memory format nhwc": -0.08}
"""In logarithms of time."""
DEVIATIONS = {
    "device": 0.3,
    "configuration": 0.04,
    "family": 0.15,
    "model": 0.1,
    "family in configuration": 0.08,
    "model on device": 0.06,
    "residual": 0.05,
}
_DEVICES = {
    name: replace(DEVICES["small"], hardware_id=name, memory_bandwidth=bandwidth)
    for name, bandwidth in (("d1", 5e11), ("d2", 7e11), ("d3", 9e11), ("d4", 1.1e12), ("d5", 1.5e12))
}


@dataclass(frozen=True)
class Made:
    """Results, and the truth about them."""

    given: Prepared
    levels: dict[str, dict[tuple[str, ...], float]]
    """True levels by random effect."""


def conditions(models: int = 42) -> Prepared:
    """Every model on five devices, eager and compiled, in two layouts, at batches that differ; not measured."""
    rows, profiles = results(models)
    first = {name: np.flatnonzero(rows.model == name)[0] for name in dict.fromkeys(rows.model)}
    places, words = [], []
    for at, device, compiler, layout in product(
        first.values(), _DEVICES, ("eager", "inductor"), ("nchw", "nhwc")
    ):
        places.append(at)
        words.append((device, compiler, layout))
    taken = rows.take(np.array(places))
    columns = {each.name: getattr(taken, each.name) for each in fields(Rows)}
    for name, values in zip(("hardware", "compiler", "memory_format"), zip(*words, strict=True), strict=True):
        columns[name] = np.array(values, dtype=object)
    columns["batch_size"] = np.random.default_rng(0).choice([32.0, 64.0, 128.0], len(places))
    return prepare(Rows(**columns), profiles, _DEVICES)


def measured(given: Prepared, seed: int, factors=FACTORS, deviations=DEVIATIONS) -> Made:
    """The rows with times drawn from the model."""
    chance = np.random.default_rng(seed)
    log_seconds = eager_physics(given) + 0.5
    log_seconds = log_seconds + factors["compiler inductor"] * (given.rows.compiler == "inductor")
    log_seconds = log_seconds + factors["memory format nhwc"] * (given.rows.memory_format == "nhwc")
    truth = {}
    for name, levels in groups(given).items():
        truth[name] = {level: chance.normal(0, deviations[name]) for level in dict.fromkeys(levels)}
        log_seconds = log_seconds + np.array([truth[name][level] for level in levels])
    log_seconds = log_seconds + chance.normal(0, deviations["residual"], len(given))
    return Made(with_times(given, log_seconds), truth)


def with_times(given: Prepared, log_seconds) -> Prepared:
    """The same rows with other measurements."""
    return replace(given, rows=replace(given.rows, throughput=np.exp(-np.asarray(log_seconds, dtype=float))))
