"""How throughput grows with devices, and how many are worth it. Estimated, not measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from predictors.training_memory.setup import TrainingSetup
from predictors.training_plan.rates import Rates
from predictors.training_plan.step_time import step_time

WORTHWHILE = 0.8
"""Scaling efficiency below which one more device is said not to be worth it."""
_MOST = 1024


@dataclass(frozen=True, slots=True)
class ScalingPoint:
    """So many devices, each with the batch that it has in the plan (weak scaling)."""

    devices: int
    step_seconds: float
    tokens_per_second: float
    efficiency: float
    """Tokens per second and device, against one device that exchanges nothing."""


def scaling_curve(setup: TrainingSetup, rates: Rates, per_node: int, up_to: int) -> tuple[ScalingPoint, ...]:
    """Points at powers of two up to `up_to` devices and twice as many, and at the plan's own count.

    The strategy stays the plan's; whether fewer devices have the memory for it is not asked here. Offloaded states are
    cut over fewer ranks there, which is in the time but not in the efficiency's base of one device's computing.
    """
    powers = (2**power for power in range(_MOST.bit_length()) if 2**power <= min(2 * up_to, _MOST))
    counts = sorted({up_to, *(count for count in powers if count % setup.tensor_parallel == 0)})
    tokens = setup.micro_batch * setup.accumulation_steps * setup.sequence_length
    own = step_time(replace(setup, data_parallel=1, sharded_over=None), rates, 1)
    alone = own.compute + own.recompute
    points = []
    for count in counts:
        group = setup.sharded_over if setup.sharded_over and count % setup.sharded_over == 0 else None
        copies = count // setup.tensor_parallel
        time = step_time(replace(setup, data_parallel=copies, sharded_over=group), rates, per_node)
        points.append(ScalingPoint(count, time.seconds, copies * tokens / time.seconds, alone / time.seconds))
    return tuple(points)


def worthwhile(points: Sequence[ScalingPoint]) -> int:
    """The most devices at an efficiency of at least WORTHWHILE; 1 when none but one has it."""
    return max((point.devices for point in points if point.efficiency >= WORTHWHILE), default=1)
