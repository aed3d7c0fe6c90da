"""A field of residuals as arrays and facts, and back."""

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


def arrays(field: ResidualField, prefix: str) -> dict[str, Any]:
    """What is kept as arrays, each name with the prefix."""
    likeness = field.likeness
    kept = {
        "signature": field.entities.signature,
        "features": field.entities.features.astype(np.float32),
        "table": field.table.astype(np.float32),
        "mean": field.scale.mean,
        "spread": field.scale.spread,
        "cells": field.weights.cells.astype(np.float32),
        "model_weights": likeness.models.weights,
        "scales": likeness.configurations.scales,
    }
    return {prefix + name: np.ascontiguousarray(array) for name, array in kept.items()}


def facts(field: ResidualField) -> dict[str, Any]:
    """What is kept as JSON."""
    likeness = field.likeness
    return {
        "entities": {name: [str(each) for each in getattr(field.entities, name)] for name in _NAMES},
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


def field_of(known: Mapping[str, Any], kept: Mapping[str, Any], prefix: str) -> ResidualField:
    """What `facts` and `arrays` told. Raises KeyError, ValueError and TypeError for what is damaged."""
    names = {name: np.array(values, dtype=object) for name, values in known["entities"].items()}
    told = known["likeness"]
    likeness = Likeness(
        ModelLikeness(kept[prefix + "model_weights"], told["length"]),
        ConfigurationLikeness(told["variance"], kept[prefix + "scales"], told["noise"]),
        told["shared"],
        told["center"],
        told["offset"],
    )
    configurations = tuple(Configuration(**each) for each in known["configurations"])
    return ResidualField(
        Entities(
            **names, signature=kept[prefix + "signature"], features=kept[prefix + "features"].astype(float)
        ),
        Scale(kept[prefix + "mean"], kept[prefix + "spread"]),
        configurations,
        likeness,
        kept[prefix + "table"].astype(float),
        Weights(kept[prefix + "cells"].astype(float)),
        frozenset(configurations[number] for number in known["new"]),
    )
