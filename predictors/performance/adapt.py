"""A trained predictor that takes in results measured since, such as those of probes on a new device."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts
from predictors.performance.engine import Engine, L, Stage
from predictors.performance.entities import Entities
from predictors.performance.intervals import Scatter
from predictors.performance.predictor import PerformancePredictor
from predictors.performance.prepared import Prepared, Profiles, prepare, traced
from predictors.performance.residuals import fit_field, numbered, table_of
from predictors.performance.rows import Rows

_LEAST_PROBES = 4
"""Fewer in two halves tell nothing of how they scatter."""


def with_results(
    predictor: PerformancePredictor,
    rows: Rows,
    profiles: Profiles,
    hardware: Mapping[str, HardwareFacts],
    *,
    seed: int = 1,
) -> PerformancePredictor:
    """The predictor with more known results; trees and covariances stay as they were trained.

    Intervals of devices that it had not learned from follow how far off these results are, each half of them predicted
    with the other half taken in.

    Args:
        predictor: A trained one.
        rows: Results measured since.
        profiles: Operators of their models.
        hardware: Facts of their devices.
        seed: Of samples.

    Raises PredictionRefused when no result can be used.
    """
    usable = rows.take(traced(rows, profiles) & np.isfinite(rows.throughput) & (rows.throughput > 0))
    if not len(usable):
        raise PredictionRefused(
            "none of the results has a traced model and a throughput", hint="Trace with `benchmart profile`"
        )
    given = prepare(usable, profiles, hardware)
    counts = dict(predictor.probes)
    for device in usable.hardware.tolist():
        if device not in predictor.hardware:
            counts[device] = counts.get(device, 0) + 1
    return replace(
        predictor,
        engine=_taken_in(predictor, given, seed),
        probes=counts,
        scatter={**predictor.scatter, **_scatter(predictor, given, seed)},
    )


def _taken_in(predictor: PerformancePredictor, given: Prepared, seed: int) -> Engine:
    engine = predictor.engine
    near = engine.near
    if near is not None and (is_near := near.learner.knows(given)).any():
        near = _extended(near, given.take(is_near), seed)
    return Engine(_extended(engine.known, given, seed), _extended(engine.new, given, seed), near)


def _extended(stage: Stage[L], given: Prepared, seed: int) -> Stage[L]:
    """The stage with what its learner leaves over of more results."""
    field = stage.field
    left = given.target - stage.learner.predict(given)
    models, which = _joined(field.entities, given.models)
    configurations, _ = numbered((*field.configurations, *given.configurations))
    place = {each: number for number, each in enumerate(configurations)}
    table = np.full((len(models), len(configurations)), np.nan)
    table[: len(field.entities), [place[each] for each in field.configurations]] = field.table
    column = np.array([place[each] for each in given.configurations], dtype=np.int64)
    measured = table_of(left, which[given.which], column, table.shape)
    extended = fit_field(
        np.where(np.isfinite(measured), measured, table),
        models,
        configurations,
        seed=seed,
        likeness=field.likeness,
        scale=field.scale,
        new=frozenset(configurations) - field.trained,
    )
    return replace(stage, field=extended)


def _scatter(predictor: PerformancePredictor, given: Prepared, seed: int) -> dict[str, Scatter]:
    """By device that was not learned from and has results enough."""
    devices = given.rows.hardware
    new = [
        device
        for device in sorted(set(devices.tolist()) - predictor.hardware)
        if (devices == device).sum() >= _LEAST_PROBES
    ]
    if not new:
        return {}
    half = _halves(given)
    residuals = np.zeros(len(given))
    for number in (0, 1):
        engine = _taken_in(predictor, given.take(half != number), seed)
        asked = given.take(half == number)
        residuals[half == number] = asked.target - engine.predict(asked)
    return {
        device: Scatter(float((residuals[devices == device] ** 2).sum()), int((devices == device).sum()))
        for device in new
    }


def _halves(given: Prepared) -> npt.NDArray[np.int64]:
    """Every second result of each configuration, from light models to heavy ones."""
    half = np.zeros(len(given), dtype=np.int64)
    names = np.array([str(each) for each in given.configurations], dtype=object)
    start = 0
    for name in sorted(set(names)):
        places = np.flatnonzero(names == name)
        order = places[np.argsort(given.rows.macs[places], kind="stable")]
        # Configurations of one result each must not all lie in the same half.
        half[order] = (start + np.arange(len(order))) % 2
        start += len(order)
    return half


def _joined(known: Entities, more: Entities) -> tuple[Entities, npt.NDArray[np.int64]]:
    """Both sets of models, each once, and where those of the second are in it."""
    place = {str(key): number for number, key in enumerate(known.key)}
    new = [number for number, key in enumerate(more.key) if str(key) not in place]
    for number in new:
        place[str(more.key[number])] = len(place)
    added = more.take(np.array(new, dtype=np.int64))
    both = Entities(
        np.concatenate([known.key, added.key]),
        np.concatenate([known.name, added.name]),
        np.concatenate([known.family, added.family]),
        np.concatenate([known.signature, added.signature]),
        np.concatenate([known.features, added.features]),
    )
    return both, np.array([place[str(key)] for key in more.key], dtype=np.int64)
