"""Attention as one operator: devices have a kernel for it, and it keeps no scores for the backward pass."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

Note = Callable[[str, str, Sequence[Any], Any], None]
"""Takes operator, its short name, arguments and output."""
_OPERANDS = ("query", "key", "value", "attn_mask")


class FusedAttention(TorchFunctionMode):
    """Takes calls of scaled_dot_product_attention for what they are, before they become many operators."""

    def __init__(self, note: Note, silently: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__()
        self._note = note
        self._silently = silently

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Called by torch for every function."""
        del types
        keywords = dict(kwargs or {})
        if func is not torch.nn.functional.scaled_dot_product_attention:
            return func(*args, **keywords)
        operands = dict(zip(_OPERANDS, args, strict=False)) | keywords
        query, key, value = (operands[name] for name in _OPERANDS[:3])
        with self._silently():
            output = _Attention.apply(query, key, value)  # type: ignore[no-untyped-call]
        arguments = [query, key, value, operands.get("attn_mask")]
        self._note("aten.scaled_dot_product_attention", "attention", arguments, output)
        return output


class _Attention(torch.autograd.Function):
    """Gives an output of the right shape, and keeps what a fused kernel keeps: operands, output, sums of scores."""

    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        output = query.new_empty((*query.shape[:-1], value.shape[-1]))
        ctx.save_for_backward(query, key, value, output, query.new_empty(query.shape[:-1]))
        return output

    @staticmethod
    def backward(ctx: Any, *_: torch.Tensor) -> tuple[torch.Tensor, ...]:
        query, key, value, *_ = ctx.saved_tensors
        return torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)
