"""A trained predictor that takes in results measured since, such as those of probes on a new device."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts
from predictors.performance.entities import Entities
from predictors.performance.predictor import PerformancePredictor
from predictors.performance.prepared import Profiles, prepare, traced
from predictors.performance.residuals import ResidualField, fit_field, numbered, table_of
from predictors.performance.rows import Rows


def with_results(
    predictor: PerformancePredictor,
    rows: Rows,
    profiles: Profiles,
    hardware: Mapping[str, HardwareFacts],
    *,
    seed: int = 1,
) -> PerformancePredictor:
    """The predictor with more known results; trees and covariances stay as they were trained.

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
    left = given.target - predictor.engine.trees.predict(given)
    field = predictor.engine.field
    models, which = _joined(field.entities, given.models)
    configurations, _ = numbered((*field.configurations, *given.configurations))
    place = {each: number for number, each in enumerate(configurations)}
    table = np.full((len(models), len(configurations)), np.nan)
    table[: len(field.entities), [place[each] for each in field.configurations]] = field.table
    column = np.array([place[each] for each in given.configurations], dtype=np.int64)
    measured = table_of(left, which[given.which], column, table.shape)
    table = np.where(np.isfinite(measured), measured, table)
    adapted: ResidualField = fit_field(
        table, models, configurations, seed=seed, likeness=field.likeness, scale=field.scale
    )
    counts = dict(predictor.probes)
    for device in usable.hardware.tolist():
        if device not in predictor.hardware:
            counts[device] = counts.get(device, 0) + 1
    return replace(predictor, engine=replace(predictor.engine, field=adapted), probes=counts)


def _joined(known: Entities, more: Entities) -> tuple[Entities, np.ndarray[tuple[int], np.dtype[np.int64]]]:
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
