"""Memory of a training run that is about to be measured, as far above the process's baseline as meters count it."""

from collections.abc import Mapping
from dataclasses import dataclass

from predictors.model_sizes.architecture import Architecture, Attention, Transformer
from predictors.model_sizes.counting import parameter_count
from predictors.model_sizes.dimensions import Dimensions
from predictors.model_sizes.published import styles
from predictors.training_memory.calibration import LEVEL, bounds
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import TrainingSetup


@dataclass(frozen=True, slots=True)
class Trial:
    """Bytes on the rank that needs most, above what its process took before it built the model."""

    value: float
    low: float
    high: float
    level: float
    """Share of such intervals that are meant to hold what is measured."""
    parts: Mapping[str, float]
    """By name of `setup.PARTS`; those of the host begin with `host_`."""


def trial_of(setup: TrainingSetup, *, is_on_cpu: bool) -> Trial:
    """What a run of the setup is predicted to need.

    The context is left out: it is there before the model. On a CPU, what is offloaded stays in the same memory, and
    freed blocks go back to the system, so that nothing is lost to fragmentation.
    Raises as `memory_of` does.
    """
    memory = memory_of(setup)
    left_out = {"context", "fragmentation"} if is_on_cpu else {"context"}
    parts = {name: value for name, value in memory.device_parts.items() if value and name not in left_out}
    if is_on_cpu:
        parts |= {f"host_{name}": value for name, value in memory.host_parts.items()}
    low, high = bounds(parts)
    return Trial(sum(parts.values()), low, high, LEVEL, parts)


def decoder_of(
    name: str,
    *,
    layers: int,
    hidden_size: int,
    heads: int,
    key_value_heads: int,
    intermediate_size: int,
    vocabulary_size: int,
    ties_embeddings: bool,
) -> Architecture:
    """A decoder made like LLaMA, of any dimensions; its parameters are counted."""
    head_size = hidden_size // heads
    dimensions = Dimensions(
        layers=layers,
        hidden_size=hidden_size,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        intermediate_size=intermediate_size,
        vocabulary_size=vocabulary_size,
        ties_embeddings=ties_embeddings,
        longest_sequence=0,
    )
    count = parameter_count(dimensions, styles()["llama"])
    attention = Attention(heads, key_value_heads, head_size)
    return Architecture(
        name=name,
        family="text_generation",
        parameter_count=count,
        active_parameter_count=count,
        basis="dimensions",
        stacks=(Transformer(layers, hidden_size, attention, intermediate_size, is_gated=True),),
        vocabulary_size=vocabulary_size,
        ties_embeddings=ties_embeddings,
    )
