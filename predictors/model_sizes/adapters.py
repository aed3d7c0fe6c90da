"""Parameters of low-rank adapters, matrix by matrix."""

from benchmart.errors import UsageError
from predictors.model_sizes.architecture import Architecture, Transformer
from predictors.model_sizes.footprint import matrix_shapes, mlps_of
from predictors.training_memory.setup import Adapters

_ATTENTION = frozenset({"query", "key", "value", "output"})


def parameters_of_adapters(architecture: Architecture, adapters: Adapters) -> int:
    """Parameters that are trained with adapters.

    A matrix of `in` x `out` elements gets rank x (in + out) of them (LoRA, arXiv:2106.09685, section 4.1); where
    several heads share keys and values, those matrices are narrower. Trained embeddings count whole, with the output
    matrix when it is one of its own.

    Raises:
        UsageError: The layers are not known, or a target is not among their matrices.
    """
    if adapters.trainable_parameters is not None:
        return adapters.trainable_parameters
    if not architecture.stacks:
        raise UsageError(
            "the matrices that adapters would go beside are not known",
            where=architecture.name,
            hint="Say how many parameters are trained",
        )
    inside = sum(_of_stack(stack, adapters, architecture.name) for stack in architecture.stacks)
    return round(inside) + (_embeddings(architecture) if adapters.trains_embeddings else 0)


def _of_stack(stack: Transformer, adapters: Adapters, name: str) -> float:
    shapes = matrix_shapes(stack)
    known = [*_ATTENTION, "gate", "up", "down"]
    if unknown := [target for target in adapters.targets if target not in known]:
        raise UsageError(
            f"no layer has a matrix {', '.join(unknown)}",
            where=name,
            hint=f"Give some of {', '.join(sorted(known))}",
        )
    attentions = stack.layers * (2 if stack.has_cross_attention else 1)
    return sum(
        adapters.rank * sum(shapes[target]) * (attentions if target in _ATTENTION else mlps_of(stack))
        for target in adapters.targets
        if target in shapes
    )


def _embeddings(architecture: Architecture) -> int:
    tables = 1 if architecture.ties_embeddings else 2
    return tables * (architecture.vocabulary_size or 0) * architecture.stacks[-1].hidden_size
