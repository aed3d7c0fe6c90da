"""Fields of residuals as arrays and facts, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from predictors.performance.entities import Entities, Scale
from predictors.performance.kernels import Configuration
from predictors.performance.kriging import Weights
from predictors.performance.likeness import ConfigurationLikeness, ModelLikeness
from predictors.performance.residuals import Likeness, ResidualField

_NAMES = ("key", "name", "family")


def arrays(fields: Mapping[str, ResidualField]) -> dict[str, Any]:
    """What is kept as arrays, each with the name of its field; models that several fields tell of are kept once."""
    kept: dict[str, Any] = {}
    for name, field in fields.items():
        likeness = field.likeness
        of_field = {
            "table": field.table.astype(np.float16),
            "cells": field.weights.cells.astype(np.float32),
            "model_weights": likeness.models.weights,
            "scales": likeness.configurations.scales,
        }
        if _same_models(fields, name) == name:
            of_field |= {
                "signature": field.entities.signature,
                "features": field.entities.features.astype(np.float16),
                "mean": field.scale.mean,
                "spread": field.scale.spread,
            }
        kept |= {f"{name}.{each}": np.ascontiguousarray(array) for each, array in of_field.items()}
    return kept


def _same_models(fields: Mapping[str, ResidualField], name: str) -> str:
    """The first field of the same models."""
    keys = fields[name].entities.key
    return next(other for other, field in fields.items() if np.array_equal(field.entities.key, keys))


def facts(fields: Mapping[str, ResidualField]) -> dict[str, Any]:
    """What is kept as JSON, by field."""
    return {name: _facts(field, _same_models(fields, name), name) for name, field in fields.items()}


def _facts(field: ResidualField, models_of: str, name: str) -> dict[str, Any]:
    likeness = field.likeness
    entities = {each: [str(one) for one in getattr(field.entities, each)] for each in _NAMES}
    return {
        "models_of": models_of,
        "entities": entities if models_of == name else None,
        "configurations": [asdict(each) for each in field.configurations],
        "likeness": {
            "length": likeness.models.length,
            "variance": likeness.configurations.variance,
            "noise": likeness.configurations.noise,
            "shared": likeness.shared,
            "center": likeness.center,
            "offset": likeness.offset,
        },
        "new": [number for number, each in enumerate(field.configurations) if each in field.new],
    }


def fields_of(known: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, ResidualField]:
    """What `facts` and `arrays` told. Raises KeyError, ValueError and TypeError for what is damaged."""
    models = {
        name: (
            _entities(of_field["entities"], kept, name),
            Scale(kept[f"{name}.mean"], kept[f"{name}.spread"]),
        )
        for name, of_field in known.items()
        if of_field["entities"] is not None
    }
    return {
        name: _field(of_field, kept, name, *models[of_field["models_of"]]) for name, of_field in known.items()
    }


def _entities(names: Mapping[str, Any], kept: Mapping[str, Any], name: str) -> Entities:
    return Entities(
        **{each: np.array(values, dtype=object) for each, values in names.items()},
        signature=kept[f"{name}.signature"],
        features=kept[f"{name}.features"].astype(float),
    )


def _field(
    known: Mapping[str, Any], kept: Mapping[str, Any], name: str, entities: Entities, scale: Scale
) -> ResidualField:
    told = known["likeness"]
    likeness = Likeness(
        ModelLikeness(kept[f"{name}.model_weights"], told["length"]),
        ConfigurationLikeness(told["variance"], kept[f"{name}.scales"], told["noise"]),
        told["shared"],
        told["center"],
        told["offset"],
    )
    configurations = tuple(Configuration(**each) for each in known["configurations"])
    return ResidualField(
        entities,
        scale,
        configurations,
        likeness,
        kept[f"{name}.table"].astype(float),
        Weights(kept[f"{name}.cells"].astype(float)),
        frozenset(configurations[number] for number in known["new"]),
    )
