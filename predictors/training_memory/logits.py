"""Copies of the logits (tokens x vocabulary) in the loss: often more than all layers keep."""

from dataclasses import dataclass

from predictors.training_memory.activations import tokens_of
from predictors.training_memory.precisions import widths_of
from predictors.training_memory.setup import TrainingSetup

_FP32 = 4
_WITHOUT_CASTS = frozenset({"mixed_bf16", "mixed_fp16"})
"""Without autocast, and a model that does not cast its result, the loss stays in half precision."""
_CHUNKS = 8
"""Pieces of a chunked loss: torchtune's default."""


@dataclass(frozen=True, slots=True)
class Logits:
    """Bytes on one rank."""

    in_loss: float
    """While the loss is worked out and taken back."""
    in_head: float
    """While the output matrix is taken back."""
    in_layers: float
    """While the layers are: what the caller still holds."""


def logits_of(setup: TrainingSetup) -> Logits:
    """Bytes of the copies.

    Plain: the model's result, its shifted copy, log-softmax and the gradient, in fp32 unless the engine keeps all in
    half precision as DeepSpeed's does. Compiled: the
    logits in the precision of compute, log-softmax and gradient. In chunks: one piece of these at a time.
    Models without words, and encoders (whose heads are narrow), have none.
    """
    architecture = setup.architecture
    vocabulary = architecture.vocabulary_size
    if not vocabulary or not architecture.stacks or architecture.family in {"embedding", "vision"}:
        return Logits(0, 0, 0)
    width = widths_of(setup.precision).compute
    elements = tokens_of(setup) * vocabulary / setup.tensor_parallel
    if setup.has_chunked_loss:
        whole = width * elements if setup.keeps_logits else 0.0
        piece = (3 * _FP32 * elements) / _CHUNKS
        return Logits(whole + piece, whole, 0)  # a chunk's gradient takes the place of its logits
    if setup.is_compiled:
        return Logits((width + 2 * _FP32) * elements, 2 * width * elements, 0)
    full = width if setup.precision in _WITHOUT_CASTS else _FP32
    held = full * elements if setup.holds_result else 0.0
    return Logits(4 * full * elements, (full + width) * elements, held)
