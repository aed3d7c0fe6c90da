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
    can_overlap: bool = True
    """Whether it may run beside computation; what a layer waits for may not."""

    @property
    def sent_bytes(self) -> float:
        """Bytes that one rank sends."""
        return self.rounds * (self.ranks - 1) / self.ranks * self.payload_bytes

    def seconds(self, rates: Rates) -> float:
        """Time of all of them, without any overlap."""
        bandwidth = min(rates.link, rates.network) if self.crosses_nodes else rates.link
        latency = NETWORK_LATENCY if self.crosses_nodes else LINK_LATENCY
        steps = self.rounds * (self.ranks - 1) * self.count
        sharing = self.sharing if self.crosses_nodes else 1
        return self.sent_bytes * sharing / bandwidth + steps * latency


def exchanges_of(setup: TrainingSetup, per_node: int) -> tuple[Exchange, ...]:
    """What one optimizer step exchanges, accumulation included.

    DDP reduces gradients once. ZeRO-1 reduces them once, ZeRO-2 in each micro-step, both gather the stepped weights
    once. ZeRO-3 and FSDP gather weights for each forward and backward pass and reduce gradients after each: three
    times the weights where DDP exchanges two (arXiv:1910.02054, section 7). Hybrid sharding does that inside a group
    and reduces its shards between groups (arXiv:2304.11277, section 3.2.2). Ranks that share layers exchange
    activations beside, and each of them has a ring of its own for its part of the weights.
    """
    return (*_of_states(setup, per_node), *_of_activations(setup))


def _layers(setup: TrainingSetup) -> int:
    return max(sum(stack.layers for stack in setup.architecture.stacks), 1)


def _of_activations(setup: TrainingSetup) -> tuple[Exchange, ...]:
    """Tensor parallelism: two all-reduces of a layer's activations forward, two backward (arXiv:1909.08053, section 3).

    With sequence parallelism each is an all-gather and a reduce-scatter, which move as much (arXiv:2205.05198, section
    4.2.2). A layer that is computed again exchanges again. Embedding and head count as half a layer.
    """
    if setup.tensor_parallel == 1:
        return ()
    passes = 3 if setup.checkpointing == "full" else 2
    count = (2 * _layers(setup) + 1) * passes * setup.accumulation_steps
    width = setup.architecture.stacks[-1].hidden_size * widths_of(setup.precision).compute
    payload = setup.micro_batch * setup.sequence_length * width * count
    return (Exchange("activations", payload, 2, setup.tensor_parallel, count, False, can_overlap=False),)


def _of_states(setup: TrainingSetup, per_node: int) -> tuple[Exchange, ...]:
    ranks, steps, split = setup.data_parallel, setup.accumulation_steps, setup.tensor_parallel
    if ranks == 1:
        return ()
    per_node, rings = max(per_node // split, 1), split
    widths = widths_of(setup.precision)
    trained = trained_parameters(setup) / split
    gradients = widths.gradients * trained
    weights = widths.compute * setup.architecture.parameter_count / split
    crosses, layers = ranks > per_node, _layers(setup)
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
        Exchange("weights", gathers * weights * steps, 1, group, gathers * layers * steps, within, rings),
        Exchange("gradients", reduced, 1, group, layers * steps, within, rings),
    ]
    if group < ranks:
        share = reduced / group
        found.append(
            Exchange("shards", share, 2, ranks // group, layers * steps, crosses, min(group, per_node))
        )
    return tuple(found)
