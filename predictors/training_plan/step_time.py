"""How long an optimizer step takes: computing, exchanging, and waiting for host and disks. All of it is estimated."""

from dataclasses import dataclass

from predictors.training_memory.activations import tokens_of
from predictors.training_memory.precisions import widths_of
from predictors.training_memory.setup import TrainingSetup
from predictors.training_memory.states import trained_parameters
from predictors.training_plan.communication import exchanges_of
from predictors.training_plan.image_work import operations_of_image
from predictors.training_plan.rates import OVERLAP, Rates

_ADAM_HOST_BYTES = 30
"""Read and written in host memory for one parameter by CPU Adam: gradient, two moments, master weight, new weight."""
_ADAM_DISK_BYTES = 24
"""Read and written for one parameter when moments and master weights lie on disk (ZeRO-Infinity, arXiv:2104.07857)."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """Seconds of one optimizer step."""

    compute: float
    recompute: float
    exposed_communication: float
    """What does not run beside computation."""
    offload: float
    communication: float
    """All of it, overlapped or not."""

    @property
    def seconds(self) -> float:
        """Of the step."""
        return self.compute + self.recompute + self.waiting

    @property
    def waiting(self) -> float:
        """For other devices, host and disks."""
        return self.exposed_communication + self.offload


def forward_flops(setup: TrainingSetup) -> float:
    """Operations of the forward pass over one device's sequences of a step.

    Two for each parameter a token goes through, and four for each token and element of each layer's attention (PaLM,
    arXiv:2204.02311, appendix B, without its factor 3 for training). Patches of an image are its tokens; what is no
    transformer works as it was traced.
    """
    architecture = setup.architecture
    if not architecture.stacks:
        return setup.micro_batch * setup.accumulation_steps * operations_of_image(architecture)
    tokens = tokens_of(setup) * setup.accumulation_steps
    return tokens * 2 * architecture.active_parameter_count + _attention_flops(setup)


def _attention_flops(setup: TrainingSetup) -> float:
    sequences, length = setup.micro_batch * setup.accumulation_steps, tokens_of(setup) / setup.micro_batch
    widths = sum(
        stack.layers * stack.attention.heads * stack.attention.head_size
        for stack in setup.architecture.stacks
    )
    return sequences * 4.0 * widths * length**2


def step_time(setup: TrainingSetup, rates: Rates, per_node: int) -> StepTime:
    """The time of one optimizer step of the rank.

    A backward pass is two forward passes; frozen weights need no gradient of their own, so that it is about one.
    Full checkpointing runs one forward pass more (arXiv:1604.06174), selective the attention again (arXiv:2205.05198).
    """
    slower = _slower(setup) / setup.tensor_parallel / rates.flops
    forward = forward_flops(setup) * slower
    backward = forward * (1.0 if setup.adapters else 2.0)
    again = {
        "none": 0.0,
        "selective": _attention_flops(setup) * slower,
        "full": forward,
    }
    recompute = again[setup.checkpointing]
    exchanges = exchanges_of(setup, per_node)
    exchanged = sum(each.seconds(rates) for each in exchanges)
    beside_seconds = sum(each.seconds(rates) for each in exchanges if each.can_overlap)
    gathers = setup.strategy in {"fsdp2", "zero3"}
    beside = backward + recompute + (forward if gathers else 0.0)
    exposed = exchanged - OVERLAP * min(beside_seconds, beside)
    return StepTime(
        compute=forward + backward,
        recompute=recompute,
        exposed_communication=exposed,
        offload=_offload_seconds(setup, rates, per_node),
        communication=exchanged,
    )


def _slower(setup: TrainingSetup) -> float:
    """fp32 products at a quarter of the half-precision peak: between 1/16 (A100 without TF32) and 1/2 (with it)."""
    return 4.0 if setup.precision == "fp32" else 1.0


def _offload_seconds(setup: TrainingSetup, rates: Rates, per_node: int) -> float:
    """Gradients go out and weights come back (4 bytes a parameter: ZeRO-Offload, arXiv:2101.06840), Adam runs there.

    FSDP2 keeps all on the host as the optimizer has it: shards go to the device before each of their two gathers, and
    gradients come back after each pass (torch's `CPUOffloadPolicy`).
    """
    ways = 1 if setup.strategy in {"single", "ddp", "zero0"} else setup.sharded_over or setup.data_parallel
    own = trained_parameters(setup) / ways / setup.tensor_parallel
    on_node = own * min(per_node, setup.ranks)
    if setup.strategy == "fsdp2":
        if setup.offload_parameters == "none":
            return 0.0
        widths, shard = (
            widths_of(setup.precision),
            setup.architecture.parameter_count / ways / setup.tensor_parallel,
        )
        moved = (2 * widths.weights * shard + widths.gradients * own) * setup.accumulation_steps
        return moved / rates.host_link + _ADAM_HOST_BYTES * on_node / rates.host_memory
    seconds = 0.0
    if setup.offload_optimizer != "none":
        seconds += 4 * own / rates.host_link + _ADAM_HOST_BYTES * on_node / rates.host_memory
    if setup.offload_optimizer == "nvme":
        seconds += _ADAM_DISK_BYTES * on_node / rates.nvme
    if setup.offload_parameters != "none":
        width = widths_of(setup.precision).compute
        moved = 2 * width * setup.architecture.parameter_count / ways * setup.accumulation_steps
        whole = moved * min(per_node, setup.data_parallel)
        seconds += whole / rates.nvme if setup.offload_parameters == "nvme" else moved / rates.host_link
    return seconds
