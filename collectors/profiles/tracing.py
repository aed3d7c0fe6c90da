"""Run a model forward on tensors without content, and note every operator and what autograd keeps."""

import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._python_dispatch import TorchDispatchMode

from collectors.profiles.calls import Call
from collectors.profiles.kernels import FusedKernels
from collectors.profiles.operators import classify
from collectors.profiles.sizes import Sizes, flat

_ALLOCATES = {"empty", "empty_like", "empty_permuted", "empty_strided", "new_empty", "new_empty_strided"}
_COMPUTES_NOTHING = _ALLOCATES | {
    "_reshape_alias",
    "_unsafe_view",
    "as_strided_",
    "lift_fresh",
    "resize_",
    "set_",
}


@dataclass
class Forward:
    """What a forward pass calls, and how much is alive at once."""

    sizes: Sizes
    calls: Counter[Call] = field(default_factory=Counter)
    """In the order of first calls."""
    peak_live_elements: int = 0
    """Most activations alive at once, for one item."""
    _live: int = 0
    _storages: set[int] = field(default_factory=set)
    _is_silent: bool = False

    @contextmanager
    def silently(self) -> Iterator[None]:
        """What is called meanwhile is part of something that is noted as a whole."""
        before, self._is_silent = self._is_silent, True
        try:
            yield
        finally:
            self._is_silent = before

    def note(self, operator: str, name: str, arguments: Sequence[Any], output: Any) -> None:
        """Note a call that computed something."""
        self.follow(output)
        if self._is_silent:
            return
        classified = classify(name, arguments, output, self.sizes)
        read, weights = self.sizes.split(arguments)
        written, fixed = self.sizes.split(output)
        # Beside what grows, only a norm gives something that does not: statistics that it knows already.
        flops, weights = (classified.flops, weights) if written else (0.0, weights + fixed)
        call = Call(classified.category, operator, classified.shape, flops, read, written, weights)
        self.calls[call] += 1

    def follow(self, tensors: Any) -> None:
        """Count the memory of new tensors while anybody holds them."""
        for tensor in flat(tensors):
            storage = tensor.untyped_storage()
            identity = _identity(tensor)
            if identity in self._storages:
                continue
            size = storage.nbytes() // tensor.element_size()
            grown = size // (self.sizes.items(size) or size + 1)
            self._storages.add(identity)
            self._live += grown
            self.peak_live_elements = max(self.peak_live_elements, self._live)
            weakref.finalize(storage, self._forget, identity, grown)

    def _forget(self, identity: int, grown: int) -> None:
        self._storages.discard(identity)
        self._live -= grown


@dataclass
class Saved:
    """What autograd keeps of a forward pass for the backward pass, for one item."""

    elements: int = 0
    """Of activations, in the precision of the step."""
    other_bytes: int = 0
    """Indices and masks, whose type does not follow the precision."""


def operators_of(run: Callable[[], Any], inputs: Any, sizes: Sizes) -> Forward:
    """Every operator of a forward pass that computes something, without what a backward pass would need."""
    forward = Forward(sizes)
    forward.follow(inputs)
    with torch.no_grad(), FusedKernels(forward.note, forward.silently), _Operators(forward):
        run()
    return forward


def saved_by(run: Callable[[], Any], module: torch.nn.Module, sizes: Sizes) -> Saved:
    """What is kept for the backward pass, each storage once; parameters, and what does not grow, are left out."""
    own = {_identity(tensor) for tensor in (*module.parameters(), *module.buffers())}
    kept: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        if _identity(tensor) not in own:
            kept[_identity(tensor)] = tensor
        return tensor

    forward = Forward(sizes)
    with torch.enable_grad(), saved_tensors_hooks(pack, lambda tensor: tensor):
        with FusedKernels(lambda *_: None, forward.silently):
            # Held until all is counted: a storage that is gone would lend its identity to another.
            output = run()
        saved = _counted(kept.values(), sizes)
    del output
    return saved


def _counted(kept: Any, sizes: Sizes) -> Saved:
    saved = Saved()
    for tensor in kept:
        size = tensor.untyped_storage().nbytes()
        items = sizes.items(size // tensor.element_size())
        if items and tensor.is_floating_point():
            saved.elements += size // tensor.element_size() // items
        elif items:
            saved.other_bytes += size // items
    return saved


def _identity(tensor: torch.Tensor) -> int:
    """Tells storages apart that have no content, and so no address."""
    identity: int = tensor.untyped_storage()._cdata  # noqa: SLF001
    return identity


class _Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]  # as its subclasses are registered
    def __init__(self, forward: Forward) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._forward = forward

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Called by torch for every operator that reaches a device."""
        del types
        keywords = kwargs or {}
        output = func(*args, **keywords)
        name = func.overloadpacket.__name__
        if name not in _COMPUTES_NOTHING and not func.is_view:
            self._forward.note(str(func.overloadpacket), name, [*args, *keywords.values()], output)
        elif name in _ALLOCATES:
            self._forward.follow(output)
        return output
