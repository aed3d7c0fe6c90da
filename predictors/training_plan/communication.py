"""What ranks exchange in one optimizer step, and how long that takes.

Rings move (n-1)/n of the bytes for a reduce-scatter or an all-gather, and twice that for an all-reduce (Patarasuk and
Yuan, Bandwidth optimal all-reduce algorithms, 2009; nccl-tests, PERFORMANCE.md).
"""

from dataclasses import dataclass

from predictors.training_memory.precisions import widths_of
from predictors.training_memory.setup import TrainingSetup
from predictors.training_memory.states import trained_parameters
from predictors.training_plan.rates import LINK_LATENCY, NETWORK_LATENCY, Rates


@dataclass(frozen=True, slots=True)
class Exchange:
    """Collectives of one kind among `ranks`."""

    name: str
    payload_bytes: float
    """Of what is reduced or gathered, of all times together."""
    rounds: int
    """2 for an all-reduce, 1 for a reduce-scatter or an all-gather."""
    ranks: int
    count: int
    """Collectives, each of which pays the latency of its ring."""
    crosses_nodes: bool
    sharing: int = 1
    """Ranks of a node whose rings use its network at the same time."""

    @property
    def sent_bytes(self) -> float:
        """Bytes that one rank sends."""
        return self.rounds * (self.ranks - 1) / self.ranks * self.payload_bytes

    def seconds(self, rates: Rates) -> float:
        """Time of all of them, without any overlap."""
        bandwidth = min(rates.link, rates.network) if self.crosses_nodes else rates.link
        latency = NETWORK_LATENCY if self.crosses_nodes else LINK_LATENCY
        steps = self.rounds * (self.ranks - 1) * self.count
        return self.sent_bytes * self.sharing / bandwidth + steps * latency


def exchanges_of(setup: TrainingSetup, per_node: int) -> tuple[Exchange, ...]:
    """What one optimizer step exchanges, accumulation included.

    DDP reduces gradients once. ZeRO-1 reduces them once, ZeRO-2 in each micro-step, both gather the stepped weights
    once. ZeRO-3 and FSDP gather weights for each forward and backward pass and reduce gradients after each: three
    times the weights where DDP exchanges two (arXiv:1910.02054, section 7). Hybrid sharding does that inside a group
    and reduces its shards between groups (arXiv:2304.11277, section 3.2.2).
    """
    ranks, steps = setup.data_parallel, setup.accumulation_steps
    if ranks == 1:
        return ()
    widths = widths_of(setup.precision)
    trained = trained_parameters(setup)
    gradients, weights = widths.gradients * trained, widths.compute * setup.architecture.parameter_count
    crosses, layers = ranks > per_node, max(sum(stack.layers for stack in setup.architecture.stacks), 1)
    if setup.strategy in {"ddp", "zero0"}:
        return (Exchange("gradients", gradients, 2, ranks, layers, crosses),)
    if setup.strategy in {"zero1", "zero2"}:
        times = steps if setup.strategy == "zero2" else 1
        return (
            Exchange("gradients", gradients * times, 1, ranks, layers * times, crosses),
            Exchange("weights", widths.compute * trained, 1, ranks, layers, crosses),
        )
    group = setup.sharded_over or ranks
    within = group > per_node
    gathers = 2 if setup.reshards_after_forward else 1
    reduced = (widths.gradients if setup.strategy == "fsdp2" else widths.compute) * trained * steps
    found = [
        Exchange("weights", gathers * weights * steps, 1, group, gathers * layers * steps, within),
        Exchange("gradients", reduced, 1, group, layers * steps, within),
    ]
    if group < ranks:
        share = reduced / group
        found.append(
            Exchange("shards", share, 2, ranks // group, layers * steps, crosses, min(group, per_node))
        )
    return tuple(found)
