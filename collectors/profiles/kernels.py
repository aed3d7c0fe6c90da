"""What devices have a kernel for, and torch takes apart where there is no device: attention and dropout."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Note = Callable[[str, str, Sequence[Any], Any], None]
"""Takes operator, its short name, arguments and output."""
_OPERANDS = ("query", "key", "value", "attn_mask")


class FusedKernels(TorchFunctionMode):
    """Takes calls of attention and dropout for what they are, before they become many operators.

    Attention in one kernel keeps no scores for the backward pass, and dropout keeps a mask of bytes.
    """

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
        if func is functional.scaled_dot_product_attention:
            return self._attention(**dict(zip(_OPERANDS, args, strict=False)) | keywords)
        if func is functional.dropout:
            return _dropout(*args, **keywords)
        return func(*args, **keywords)

    def _attention(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attn_mask: torch.Tensor | None = None,
        **_: Any,
    ) -> torch.Tensor:
        with self._silently():
            output: torch.Tensor = _Attention.apply(query, key, value)  # type: ignore[no-untyped-call]
        self._note("aten.scaled_dot_product_attention", "attention", [query, key, value, attn_mask], output)
        return output


def _dropout(
    input: torch.Tensor,  # noqa: A002 - as torch calls it
    p: float = 0.5,
    training: bool = True,  # noqa: FBT001, FBT002 - as torch takes it
    inplace: bool = False,  # noqa: FBT001, FBT002
) -> torch.Tensor:
    if not training or not p:
        return input
    kept = torch.native_dropout(input, p, train=True)[0]
    return input.copy_(kept) if inplace else kept


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
