"""Parameters of a model's parts, as its dimensions give them."""

from collections.abc import Mapping

from predictors.model_sizes.architecture import Architecture, Transformer
from predictors.training_memory.setup import Adapters


def embedding_parameters(architecture: Architecture) -> int:
    """Elements of input and output embeddings; tied ones count once. 0 where the vocabulary is not known."""
    if architecture.vocabulary_size is None or not architecture.stacks:
        return 0
    one = architecture.vocabulary_size * architecture.stacks[-1].hidden_size
    has_head = architecture.family != "embedding" and not architecture.ties_embeddings
    return one * (2 if has_head else 1)


def layer_count(architecture: Architecture) -> int:
    """Layers of all stacks."""
    return sum(stack.layers for stack in architecture.stacks)


def layer_parameters(architecture: Architecture) -> float:
    """Parameters of one layer: what is not embeddings, evenly. All of a model whose layers are not known."""
    layers = layer_count(architecture)
    if not layers:
        return architecture.parameter_count
    return max(architecture.parameter_count - embedding_parameters(architecture), 0) / layers


def matrices(stack: Transformer) -> Mapping[str, tuple[int, int]]:
    """Inputs and outputs of each matrix of a dense layer, by the names that `Adapters.targets` has."""
    hidden, attention = stack.hidden_size, stack.attention
    query = attention.heads * attention.head_size
    shared = attention.key_value_heads * attention.head_size
    wide = mlp_width(stack)
    found = {
        "query": (hidden, query),
        "key": (hidden, shared),
        "value": (hidden, shared),
        "output": (query, hidden),
        "up": (hidden, wide),
        "down": (wide, hidden),
    }
    return found | ({"gate": (hidden, wide)} if stack.is_gated else {})


def mlp_width(stack: Transformer) -> int:
    """Elements between the matrices of the MLP that one token goes through: of all its experts in a mixture."""
    if stack.experts is None:
        return stack.intermediate_size
    return (stack.experts.per_token + stack.experts.shared) * stack.experts.intermediate_size


def largest_body_matrix(architecture: Architecture) -> int:
    """Elements of the largest matrix of the layers; 0 where they are not known."""
    body = [inputs * outputs for stack in architecture.stacks for inputs, outputs in matrices(stack).values()]
    return max(body, default=0)


def largest_matrix(architecture: Architecture) -> int:
    """Elements of the largest matrix, an embedding most often."""
    vocabulary = architecture.vocabulary_size or 0
    embedding = vocabulary * architecture.stacks[-1].hidden_size if architecture.stacks else 0
    return max(embedding, largest_body_matrix(architecture))


def adapter_parameters(architecture: Architecture, adapters: Adapters) -> float:
    """Trained parameters: rank x (inputs + outputs) of each target (LoRA, arXiv:2106.09685), and the embeddings."""
    embeddings = embedding_parameters(architecture) if adapters.trains_embeddings else 0
    if adapters.trainable_parameters is not None:
        return adapters.trainable_parameters + embeddings
    low_rank = sum(
        stack.layers
        * adapters.rank
        * sum(sum(matrices(stack).get(target, (0, 0))) for target in adapters.targets)
        for stack in architecture.stacks
    )
    return low_rank + embeddings
