"""Ways to train that a plan chooses from, least intrusive first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import gcd

from benchmart.errors import PredictionRefused
from predictors.training_memory.setup import Adapters, TrainingSetup
from predictors.training_plan.accelerators import accelerator, precisions_of
from predictors.training_plan.request import Request

TIERS = (
    "in device memory",
    "8-bit optimizer",
    "tensor parallel within a node",
    "offload to the host",
    "tensor parallel and offload to the host",
    "offload to NVMe",
)
"""A tier is looked at when nothing of those before it fits: 8-bit states are not the same numbers, tensor parallelism
needs the model's matrices by name, hosts and disks are slower by far and needed for other things."""
_8BIT, _TENSOR, _HOST, _TENSOR_AND_HOST = 1, 2, 3, 4
_OFFLOADING = frozenset({"zero2", "zero3", "fsdp2"})
_CHECKPOINTING = ("none", "selective", "full")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way, at a micro-batch that is yet to be found."""

    tier: int
    setup: TrainingSetup


def precision_of(request: Request) -> str:
    """The first allowed precision of matrix products that the devices have.

    Raises PredictionRefused when there is none.
    """
    has = precisions_of(request.devices.kind, request.devices.hardware_id)
    allowed = [each for each in has if each in request.precisions]
    if not allowed:
        raise PredictionRefused(
            f"{request.devices.hardware_id or request.devices.kind} has none of {', '.join(request.precisions)}",
            hint=f"It trains in {', '.join(has)}",
        )
    return allowed[0]


def candidates(request: Request) -> Iterator[Candidate]:
    """All ways that are allowed and that the devices have, from the first tier to the last."""
    for tier in range(len(TIERS)):
        for strategy, checkpointing in product(_strategies(request, tier), _CHECKPOINTING):
            for setup in _in_tier(request, tier, strategy, checkpointing):
                yield Candidate(tier, setup)


def tensor_sizes(request: Request) -> tuple[int, ...]:
    """Devices of one node that each layer may be cut over: powers of two that divide its heads and the sequence.

    For dense decoders and encoders whose weights are all trained: adapters, experts and convolutions are cut otherwise.
    """
    stacks, devices = request.architecture.stacks, request.devices
    if (
        not request.allows_tensor_parallel
        or request.method != "full"
        or len(stacks) != 1
        or stacks[0].experts
    ):
        return ()
    attention = stacks[0].attention
    cut = gcd(devices.per_node, attention.heads, attention.key_value_heads, request.sequence_length)
    return tuple(size for size in (2, 4, 8, 16) if cut % size == 0)


def _strategies(request: Request, tier: int) -> tuple[str, ...]:
    kind = accelerator(request.devices.kind)
    known = [each for each in kind.strategies if each in request.strategies]
    if precision_of(request) == "fp16":
        known = [each for each in known if each != "fsdp2"]  # loss scaling is ZeRO's and DDP's
    if request.devices.count == 1:
        # Alone, nothing is cut over ranks; ZeRO and FSDP2 are what offloads.
        return tuple(each for each in known if each == "single" or (tier >= _HOST and each in _OFFLOADING))
    parallel = [each for each in known if each != "single"]
    if request.method == "qlora":
        # Quantized weights are not cut: bitsandbytes keeps them in tensors that ZeRO and plain FSDP do not know.
        return tuple(each for each in parallel if each == "ddp")
    return tuple(parallel)


def _in_tier(request: Request, tier: int, strategy: str, checkpointing: str) -> Iterator[TrainingSetup]:
    plain = _setup(request, strategy, checkpointing)
    if tier < _TENSOR:
        yield from _whole_layers(request, tier, plain)
    elif tier == _TENSOR:
        yield from _tensor_parallel(request, plain)
    elif request.allows_offload and accelerator(request.devices.kind).has_offload:
        yield from _offloaded(request, tier, plain)


def _whole_layers(request: Request, tier: int, plain: TrainingSetup) -> Iterator[TrainingSetup]:
    """All in device memory."""
    if tier == _8BIT:
        has_8bit = request.allows_8bit and accelerator(request.devices.kind).has_8bit_optimizer
        if has_8bit and plain.strategy != "fsdp2":
            yield replace(plain, optimizer="adamw_8bit")
        return
    yield plain
    if _is_hybrid(request, plain.strategy):
        yield replace(plain, sharded_over=request.devices.per_node)


def _offloaded(request: Request, tier: int, plain: TrainingSetup) -> Iterator[TrainingSetup]:
    """On the host all or, with ZeRO, the optimizer alone; FSDP2 offloads weights and states together."""
    strategy = plain.strategy
    if tier == _HOST:
        if strategy in {"zero2", "zero3"}:
            yield replace(plain, offload_optimizer="cpu")
        if strategy in {"zero3", "fsdp2"}:
            yield replace(plain, offload_optimizer="cpu", offload_parameters="cpu")
    elif tier == _TENSOR_AND_HOST:
        for setup in _tensor_parallel(request, plain):
            yield replace(setup, offload_optimizer="cpu", offload_parameters="cpu")
    elif strategy == "zero3" and request.devices.nvme_path:
        yield replace(plain, offload_optimizer="nvme", offload_parameters="cpu")
        yield replace(plain, offload_optimizer="nvme", offload_parameters="nvme")


def _tensor_parallel(request: Request, plain: TrainingSetup) -> Iterator[TrainingSetup]:
    """Each layer cut over some devices of a node, with activations between cut along the sequence.

    Only beside full checkpointing: these tiers are for what does not fit with it.
    """
    if plain.strategy != "fsdp2" or plain.checkpointing != "full":
        return
    for size in tensor_sizes(request):
        yield replace(
            plain,
            tensor_parallel=size,
            data_parallel=request.devices.count // size,
            is_sequence_parallel=True,
        )


def _is_hybrid(request: Request, strategy: str) -> bool:
    return strategy == "fsdp2" and request.devices.nodes > 1 and request.devices.per_node > 1


def _setup(request: Request, strategy: str, checkpointing: str) -> TrainingSetup:
    return TrainingSetup(
        architecture=request.architecture,
        micro_batch=1,
        sequence_length=request.sequence_length,
        precision=_kept(request, strategy),
        strategy=strategy,
        data_parallel=request.devices.count,
        checkpointing=checkpointing,
        adapters=_adapters(request),
    )


def _kept(request: Request, strategy: str) -> str:
    """How weights and states are kept: DeepSpeed with fp32 master weights, torch with fp32 weights and autocast."""
    precision = precision_of(request)
    if precision == "fp32":
        return "fp32"
    if strategy.startswith("zero"):
        return f"mixed_{precision}"
    return "bf16" if request.method != "full" and precision == "bf16" else f"amp_{precision}"


def _adapters(request: Request) -> Adapters | None:
    if request.method == "full":
        return None
    if request.method == "qlora" and not accelerator(request.devices.kind).has_nf4:
        raise PredictionRefused(
            f"{accelerator(request.devices.kind).name} has no nf4 weights here", hint="Plan `lora` instead"
        )
    return Adapters(rank=request.lora_rank, quantization="nf4-dq" if request.method == "qlora" else None)
