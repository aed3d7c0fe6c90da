"""Why a plan is as it is, and what to look out for, in words."""

from collections.abc import Iterator, Sequence

from predictors.training_memory.setup import TrainingSetup
from predictors.training_plan.accelerators import accelerator
from predictors.training_plan.options import Option, held_by
from predictors.training_plan.request import Request
from predictors.training_plan.scaling import WORTHWHILE, ScalingPoint
from predictors.training_plan.search import CHEAP

_WORTH_MORE = 1.1
"""How many times as fast a larger set of optimisations must be to be mentioned."""
_STRATEGIES = {
    "single": "one device: nothing is exchanged",
    "ddp": "all states fit on each device, so that only gradients are exchanged",
    "zero1": "weights and gradients fit on each device, states of the optimizer do not beside them",
    "zero2": "weights fit on each device, gradients and states do not beside them",
    "fsdp2": "weights, gradients and states are cut over the devices: what cuts less does not fit, or not without more",
    "zero3": "weights, gradients and states are cut over the devices: what cuts less does not fit, or not without more",
}


def reasons_of(request: Request, setup: TrainingSetup) -> tuple[str, ...]:
    """Why this strategy on these devices."""
    said = [_STRATEGIES[setup.strategy]]
    if setup.ranks == 1 and setup.strategy != "single":
        said = [f"one device with offload, which {'FSDP2' if setup.strategy == 'fsdp2' else 'ZeRO'} does"]
    if setup.tensor_parallel > 1:
        said.append(
            f"each layer is cut over {setup.tensor_parallel} devices of a node: one device cannot work on it whole"
        )
    if setup.sharded_over:
        said.append(
            f"cut within each node of {setup.sharded_over}, copied between nodes: the network is slower"
        )
    if setup.precision == "fp32" and "bf16" in request.precisions:
        said.append(f"{accelerator(request.devices.kind).name} trains in fp32 here")
    return tuple(said)


def reason_of_bound(least: Option, chosen: Option) -> str:
    """Why not the smallest set of optimisations that fits as predicted."""
    more = sorted(held_by(chosen.setup) - held_by(least.setup))
    what = (
        f"with {', '.join(more)} also" if more else f"with a micro-batch of {chosen.setup.micro_batch} also"
    )
    share = chosen.time.seconds / least.time.seconds - 1
    return (
        f"{what} the upper bound of the peak fits, {chosen.memory.high / 1e9:.1f} GB in place of "
        f"{least.memory.high / 1e9:.1f}, for {share:+.0%} time"
    )


def warnings_of(
    request: Request, chosen: Option, options: Sequence[Option], points: Sequence[ScalingPoint]
) -> tuple[str, ...]:
    """What may go wrong, or is not worth it."""
    return (
        *_of_memory(request, chosen),
        *_of_time(request, chosen, options, points),
        *_of_device(request, chosen.setup),
    )


def _of_memory(request: Request, chosen: Option) -> Iterator[str]:
    memory = chosen.memory
    if memory.high > request.devices.memory_bytes:
        yield (
            f"the upper bound of the peak, {memory.high / 1e9:.1f} GB, is more than a device has; "
            f"nothing stays below that takes up to {CHEAP - 1:.0%} more time; a larger safety margin gives what does"
        )
    if memory.host_bytes:
        on_node = memory.host_bytes * min(request.devices.per_node, chosen.setup.ranks) / 1e9
        known = "" if request.devices.host_memory_bytes else "; whether it has them is not known"
        yield f"each host needs {on_node:.0f} GB for what is offloaded{known}"


def _of_time(
    request: Request, chosen: Option, options: Sequence[Option], points: Sequence[ScalingPoint]
) -> Iterator[str]:
    here = next(point for point in points if point.devices == request.devices.count)
    if here.efficiency < WORTHWHILE:
        yield f"scaling efficiency is estimated at {here.efficiency:.0%}: fewer devices waste less"
    fastest = min(options, key=lambda each: each.time.seconds)
    if chosen.time.seconds > fastest.time.seconds * _WORTH_MORE:
        held = ", ".join(sorted(held_by(fastest.setup) | {fastest.setup.strategy}))
        yield (
            f"more optimisations may be faster: {held} with a micro-batch of {fastest.setup.micro_batch} is "
            f"estimated at {fastest.time.seconds:.3g} s a step, this at {chosen.time.seconds:.3g} s"
        )


def _of_device(request: Request, setup: TrainingSetup) -> Iterator[str]:
    kind = accelerator(request.devices.kind)
    if not kind.files:
        yield f"the files of this plan do not start on {kind.name} as they are; use {kind.software}"
    if kind.note and (not kind.files or "bf16" not in setup.precision):
        yield kind.note
    longest = request.architecture.longest_sequence
    if longest and request.sequence_length > longest:
        yield f"{request.architecture.name} was made for sequences of at most {longest} tokens"
