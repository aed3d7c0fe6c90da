"""Networks and their encoder as arrays and facts, and back; weights in 16 bits, as they were rounded in training."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from predictors.performance.crossfit import CrossFit
from predictors.performance.network import Encoder, Network
from predictors.performance.networks import Blend

_OF_ENCODER = ("mean", "spread", "knots", "kept", "kept_mean", "kept_spread")


def arrays(blend: Blend) -> dict[str, Any]:
    """What is kept as arrays."""
    kept = {f"encoder.{name}": np.ascontiguousarray(getattr(blend.encoder, name)) for name in _OF_ENCODER}
    for number, network in enumerate(blend.networks):
        kept |= {
            f"network-{number}.{name}": np.ascontiguousarray(weight.astype(np.float16))
            for name, weight in network.weights.items()
        }
    return kept


def facts(blend: Blend) -> dict[str, Any]:
    """What is kept as JSON."""
    return {
        "configurations": list(blend.encoder.configurations),
        "share": blend.share,
        "networks": [{"center": each.center, "scale": each.scale} for each in blend.networks],
    }


def blend_of(known: Mapping[str, Any], kept: Mapping[str, Any], trees: CrossFit) -> Blend:
    """What `facts` and `arrays` told. Raises KeyError, ValueError and TypeError for what is damaged."""
    of_encoder = {name: kept[f"encoder.{name}"] for name in _OF_ENCODER}
    networks = [
        Network(_weights(kept, f"network-{number}."), each["center"], each["scale"])
        for number, each in enumerate(known["networks"])
    ]
    encoder = Encoder(**of_encoder, configurations=tuple(known["configurations"]))
    return Blend(trees, encoder, tuple(networks), known["share"])


def _weights(kept: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): array.astype(np.float32)
        for name, array in kept.items()
        if name.startswith(prefix)
    }
