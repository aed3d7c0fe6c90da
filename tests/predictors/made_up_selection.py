"""A home with the catalogue alone, architectures made by hand, and pools of made-up models."""

from pathlib import Path

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture, Attention, Transformer
from predictors.selector.knowledge import Knowledge
from predictors.selector.rates import Condition, Pool

LLAMA_7B = Architecture(
    "llama-7b",
    "text_generation",
    6_738_415_616,
    6_738_415_616,
    "catalogue",
    (Transformer(32, 4096, Attention(32, 32, 128), 11008, is_gated=True),),
    vocabulary_size=32000,
)
"""Touvron et al. 2023, LLaMA: Open and Efficient Foundation Language Models, table 2."""
HUGE = Architecture("huge-9t", "text_generation", 9 * 10**12, 9 * 10**12, "name")
_KNOWN = {each.name: each for each in (LLAMA_7B, HUGE)}


def architecture_of(name: str) -> Architecture:
    if name not in _KNOWN:
        raise PredictionRefused(f"nothing tells how large {name!r} is")
    return _KNOWN[name]


def nothing_built(folder: Path) -> Knowledge:
    return Knowledge(Home(folder / "home"), architecture_of)


def pool(model: str, rates: dict[str, float], family: str = "vision", **condition) -> Pool:
    usual = {"mode": "inference", "precision": "fp16", "batch_size": 8}
    return Pool(
        model, family, Condition(**(usual | condition)), {name: [rate] for name, rate in rates.items()}
    )


def knowing(folder: Path, *pools: Pool) -> Knowledge:
    """Knowledge of the catalogue and of these pools."""
    known = nothing_built(folder)
    known.__dict__["pools"] = pools
    return known
