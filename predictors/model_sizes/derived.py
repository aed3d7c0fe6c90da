"""A plausible architecture for a size that only a name states."""

from dataclasses import replace
from functools import cache

from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.counting import active_parameter_count, parameter_count
from predictors.model_sizes.dimensions import Dimensions
from predictors.model_sizes.names import StatedSize
from predictors.model_sizes.published import styles

_VOCABULARY = 32_000
_CONTEXT = 4096
_HEAD = 128
_WIDTH_OF_A_LAYER = 128
"""Hidden size by layers: LLaMA has 4096 / 32 = 5120 / 40 = 128 (arXiv:2302.13971, table 2)."""
_PER_TOKEN = 2
"""Experts a token goes through in Mixtral (arXiv:2401.04088)."""


def derived_architecture(name: str, size: StatedSize, family: str) -> Architecture:
    """A decoder made like LLaMA whose parameters are about those stated, and are said to be those stated.

    Of `8x7B` all parameters are counted from the dimensions, since experts share all but their MLP.
    """
    dimensions, style = _dimensions_near(size.parameters), styles()["llama"]
    total, active = round(size.parameters), round(size.active or size.parameters)
    notes = [f"The name states {size.word}: dimensions are those of a decoder like LLaMA of this size"]
    if size.experts:
        dimensions = replace(
            dimensions,
            experts=size.experts,
            per_token=min(_PER_TOKEN, size.experts),
            expert_size=dimensions.intermediate_size,
        )
        total = parameter_count(dimensions, style)
        active = round(size.active or active_parameter_count(dimensions, style))
        notes.append(f"{size.experts} experts are taken to share all but their MLP, as in Mixtral")
    return Architecture(
        name=name,
        family=family,
        parameter_count=total,
        active_parameter_count=active,
        basis="name",
        stacks=(dimensions.stack(style),),
        vocabulary_size=dimensions.vocabulary_size,
        ties_embeddings=dimensions.ties_embeddings,
        longest_sequence=_CONTEXT,
        notes=tuple(notes),
    )


def _dimensions_near(parameters: float) -> Dimensions:
    return min(_ladder(), key=lambda rung: abs(rung[0] - parameters))[1]


@cache
def _ladder() -> tuple[tuple[int, Dimensions], ...]:
    """Counts and dimensions for all hidden sizes that heads of 64 or 128 elements divide."""
    hidden_sizes = [*range(64, 1024, 64), *range(1024, 65_536, 128)]
    rungs = [_like_llama(hidden) for hidden in hidden_sizes]
    return tuple((parameter_count(rung, styles()["llama"]), rung) for rung in rungs)


def _like_llama(hidden: int) -> Dimensions:
    head = _HEAD if hidden % _HEAD == 0 else _HEAD // 2
    return Dimensions(
        layers=max(2, round(hidden / _WIDTH_OF_A_LAYER)),
        hidden_size=hidden,
        heads=hidden // head,
        key_value_heads=hidden // head,
        head_size=head,
        intermediate_size=-(-8 * hidden // 3 // 64) * 64,
        vocabulary_size=_VOCABULARY,
        ties_embeddings=False,
        longest_sequence=_CONTEXT,
    )
