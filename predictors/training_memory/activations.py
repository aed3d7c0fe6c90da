"""What the forward pass keeps for the backward pass, written from the matrices of a layer.

Follows the count of Korthikanti et al. (arXiv:2205.05198, section 4): a dense layer with dropout, eager attention and
half precision keeps `s b h (34 + 5 a s / h)` bytes. Here the inputs of matrices that are not trained are left out, keys
and values count by their own heads, and gated MLPs have their third matrix.
"""

import re
from dataclasses import dataclass

from predictors.model_sizes.architecture import Transformer
from predictors.training_memory.counts import mlp_width
from predictors.training_memory.precisions import Widths, widths_of
from predictors.training_memory.setup import TrainingSetup

_PATCH = 16
"""Side of the patches of vision transformers when the number of tokens is not given."""
_QUERY_KEY_VALUE = frozenset({"query", "key", "value"})
_GATE_UP = frozenset({"gate", "up"})
_WRITTEN_OUT_GELU = re.compile(r"gpt-?2|gpt-?j|gpt-?neo(?!x)")
"""Models whose GELU transformers writes out of elementary operations, three of which keep a result of their own."""
_TWO_PART_GELU = re.compile(
    r"^(openai/clip|llava|microsoft/git-|google/owlvit|ofa-sys|baai/altclip|transformers/clip_)"
)
"""Models of OpenAI's CLIP, whose GELU is x sigmoid(1.702 x): both factors are kept."""
_FP32 = 4
_STATISTIC = _FP32
"""Bytes of sums kept for a token: norms' deviations, flash attention's log-sums."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes of a layer on one rank."""

    whole: float
    """Kept when nothing is recomputed."""
    boundary: float
    """Kept of a recomputed layer: its input."""
    working: float
    """Gradients of activations that exist meanwhile, at the widest place of the backward pass."""


def tokens_of(setup: TrainingSetup) -> float:
    """Tokens of the text, or of the only sequence, of a forward pass on a rank.

    Images without a length are cut into the model's patches, or into patches of 16 where those are not known.
    """
    architecture = setup.architecture
    if not architecture.image_size or setup.sequence_length > 1 or len(architecture.stacks) > 1:
        return setup.micro_batch * setup.sequence_length
    own = architecture.stacks[0].length if architecture.stacks else None
    return setup.micro_batch * (own or (architecture.image_size // _PATCH) ** 2 + 1)


def positions_of(setup: TrainingSetup, stack: Transformer) -> float:
    """Positions of one sequence of a stack: beside others its own length where it has one, else that of the text."""
    is_alone = len(setup.architecture.stacks) <= 1
    return tokens_of(setup) / setup.micro_batch if is_alone or stack.length is None else stack.length


def has_dropout(setup: TrainingSetup) -> bool:
    """Whether layers drop out while they train: encoders do, decoders beside one, and GPT-2 with its kin."""
    architecture = setup.architecture
    has_memory = any(stack.has_cross_attention for stack in architecture.stacks)
    drops = architecture.family in {"embedding", "audio"} or has_memory
    return drops or _WRITTEN_OUT_GELU.search(architecture.name.lower()) is not None


def kept_before_stacks(setup: TrainingSetup) -> float:
    """Bytes kept by what makes the first stack's sequence; all of it unless it is frozen."""
    architecture = setup.architecture
    if not architecture.front_elements or setup.adapters is not None:
        return 0.0
    positions = setup.micro_batch * positions_of(setup, architecture.stacks[0])
    return positions * architecture.front_elements * widths_of(setup.precision).compute


def kept_of(setup: TrainingSetup, stack: Transformer) -> Kept:
    """Bytes that one layer of a stack keeps on one rank."""
    tokens, widths = setup.micro_batch * positions_of(setup, stack), widths_of(setup.precision)
    whole_width = setup.tensor_parallel if setup.is_sequence_parallel else 1
    outer = (_norms(setup, stack, widths) + _inputs(setup, stack, widths)) / whole_width
    attention_count = 2 if stack.has_cross_attention else 1
    inner = attention_count * _attention(setup, stack, widths) + _mlp(setup, stack, widths)
    return Kept(
        whole=tokens * (outer + inner / setup.tensor_parallel) + _memory(setup, stack, widths),
        boundary=tokens * widths.residual * stack.hidden_size / whole_width,
        working=tokens
        * widths.compute
        * ((3 if stack.is_gated else 2) * mlp_width(stack) / setup.tensor_parallel + 2 * stack.hidden_size),
    )


def _trains(setup: TrainingSetup, targets: frozenset[str]) -> bool:
    """Whether the input of these matrices is needed again: for their gradient or their adapters'.

    An adapter with dropout needs what is left of its input instead. bitsandbytes' product with 4-bit weights keeps its
    input whether or not it is needed.
    """
    adapters = setup.adapters
    if adapters is None or adapters.quantization in {"nf4", "nf4-dq"}:
        return True
    return not adapters.has_dropout and bool(targets & set(adapters.targets))


def _dropped(setup: TrainingSetup, targets: frozenset[str], elements: int, width: float) -> float:
    """Bytes a token of an adapter's dropout: the mask, and what is left of the input."""
    adapters = setup.adapters
    if adapters is None or not adapters.has_dropout or not targets & set(adapters.targets):
        return 0.0
    return elements * (1 + width)


def _norms(setup: TrainingSetup, stack: Transformer, widths: Widths) -> float:
    """RMS norms, which come with gated MLPs, keep their input in fp32, and the result before it is scaled."""
    count = 3 if stack.has_cross_attention else 2
    if not stack.is_gated or setup.is_compiled:
        return count * (widths.residual * stack.hidden_size + 2 * _STATISTIC)
    scaled = widths.residual if setup.adapters is None else 0
    return count * (_FP32 + scaled) * stack.hidden_size


def _inputs(setup: TrainingSetup, stack: Transformer, widths: Widths) -> float:
    """Inputs of attention and MLP, and the masks of the dropout behind both.

    Autocast casts an fp32 input anew for each matrix that it goes into.
    """
    hidden, width = stack.hidden_size, widths.compute
    is_cast = widths.residual > width and not setup.is_compiled
    into = (
        (_QUERY_KEY_VALUE, 3 if is_cast and not setup.has_fused_projection else 1),
        (_GATE_UP, 2 if is_cast and stack.is_gated else 1),
    )
    kept = float(sum(copies * width * hidden for targets, copies in into if _trains(setup, targets)))
    kept += _dropped(setup, _QUERY_KEY_VALUE, hidden, width) + _dropped(setup, _GATE_UP, hidden, width)
    kept += width * hidden if stack.has_cross_attention and _trains(setup, _QUERY_KEY_VALUE) else 0
    return kept + (2 * hidden if has_dropout(setup) else 0)


def _attention(setup: TrainingSetup, stack: Transformer, widths: Widths) -> float:
    attention, width = stack.attention, widths.compute
    query = attention.heads * attention.head_size
    shared = 2 * attention.key_value_heads * attention.head_size
    kept = width * (2 * query + shared) + _dropped(setup, frozenset({"output"}), query, width)
    if setup.has_fused_projection:
        kept += width * (query + shared / 2)
    if setup.attention == "flash" or setup.checkpointing == "selective":
        return kept + _STATISTIC * attention.heads
    # Models with gated MLPs work the softmax out in fp32, and so does autocast (torch.amp's list for CUDA).
    is_wider = width < _FP32 and (stack.is_gated or widths.residual > width)
    softmax = width + (_FP32 if is_wider else 0)
    masks = 1 + width if has_dropout(setup) else 0
    length = positions_of(setup, stack)
    return kept + attention.heads * min(length, stack.window or length) * (softmax + masks)


def _memory(setup: TrainingSetup, stack: Transformer, widths: Widths) -> float:
    """Keys and values of what a decoder attends to beside its own sequence, where that is longer or shorter."""
    if not stack.has_cross_attention:
        return 0.0
    others = positions_of(setup, setup.architecture.stacks[0]) - positions_of(setup, stack)
    shared = 2 * stack.attention.key_value_heads * stack.attention.head_size
    return setup.micro_batch * others * widths.compute * shared / setup.tensor_parallel


def _mlp(setup: TrainingSetup, stack: Transformer, widths: Widths) -> float:
    """Results between the matrices, the input of the last one, and what a mixture of experts gathers."""
    wide, width = mlp_width(stack), widths.compute
    kept = width * wide * _wide_results(setup, stack)
    if _trains(setup, frozenset({"down"})):
        kept += width * wide
    if stack.experts is not None:  # tokens are gathered by expert: a copy of the input for each
        kept += width * stack.hidden_size * (stack.experts.per_token + stack.experts.shared)
    return kept + _dropped(setup, frozenset({"down"}), wide, width)


def _wide_results(setup: TrainingSetup, stack: Transformer) -> int:
    """Tensors as wide as the MLP that are kept: gate, its activation and up, or the one result."""
    if stack.is_gated:
        return 2 if setup.is_compiled else 3
    name = setup.architecture.name.lower()
    if setup.is_compiled:
        return 1
    if _WRITTEN_OUT_GELU.search(name):
        return 4
    return 2 if _TWO_PART_GELU.search(name) else 1
