"""What a plan is asked for: a model, devices, a batch, and what may be used."""

from dataclasses import dataclass

from benchmart.errors import UsageError
from predictors.model_sizes.architecture import Architecture
from predictors.training_memory.setup import TrainingSetup
from predictors.training_plan.batch_scaling import BatchScaling

STRATEGIES = ("single", "ddp", "zero1", "zero2", "fsdp2", "zero3")
"""In the order of how much they exchange: what is equally fast is chosen from the left."""
METHODS = ("full", "lora", "qlora")
PRECISIONS = ("bf16", "fp16", "fp32")
_COUNTS = ("global_batch", "sequence_length", "lora_rank")


@dataclass(frozen=True, slots=True)
class Devices:
    """Equal devices on one node or several. What is None is assumed, and the plan says so."""

    count: int
    memory_bytes: float
    """Of one device; memory of several is never summed."""
    kind: str = "cuda"
    """A word of `accelerators.toml`."""
    hardware_id: str | None = None
    peak_flops: float | None = None
    """Dense operations a second in the precision of matrix products."""
    link_bytes_per_second: float | None = None
    """Between devices of one node, both directions together, as data sheets print it."""
    network_bytes_per_second: float | None = None
    """Of one node to others, in one direction."""
    ranks_per_node: int | None = None
    """None: 8, or all when there are fewer."""
    host_memory_bytes: float | None = None
    """Of one node. None: offload is planned, and what it needs is said."""
    nvme_path: str | None = None
    """Folder on an NVMe disk; None: nothing is offloaded to one."""

    @property
    def per_node(self) -> int:
        """Devices of one node."""
        return min(self.ranks_per_node or 8, self.count)

    @property
    def nodes(self) -> int:
        """Nodes that hold all devices."""
        return -(-self.count // self.per_node)


@dataclass(frozen=True, slots=True)
class Request:
    """One training run to plan."""

    architecture: Architecture
    devices: Devices
    global_batch: int
    """Sequences of one optimizer step, on all devices together."""
    sequence_length: int = 512
    method: str = "full"
    """`full`, `lora` (adapters beside half-precision weights) or `qlora` (beside nf4 weights)."""
    precisions: tuple[str, ...] = PRECISIONS
    """Allowed precisions of matrix products; the first that the device has is taken."""
    strategies: tuple[str, ...] = STRATEGIES
    allows_offload: bool = True
    allows_8bit: bool = True
    allows_tensor_parallel: bool = True
    lora_rank: int = 16
    safety_margin: float = 0.1
    """Share of the device's memory that a plan leaves free: predictions of peaks are off by about as much."""
    batch_scaling: BatchScaling | None = None
    """How throughput grows with the micro-batch, where that is known."""

    def __post_init__(self) -> None:
        for name in _COUNTS:
            _at_least_one(name, getattr(self, name))
        _at_least_one("devices", self.devices.count)
        if self.devices.memory_bytes <= 0:
            raise UsageError("a device has no memory", hint="Give its memory, such as 24GB")
        if not 0 <= self.safety_margin < 1:
            raise UsageError(f"safety margin {self.safety_margin}", hint="It is a share: 0 to less than 1")
        if self.devices.count % self.devices.per_node:
            raise UsageError(
                f"{self.devices.count} devices do not fill nodes of {self.devices.per_node}",
                hint="Give a multiple, or other ranks per node",
            )
        _known("method", (self.method,), METHODS)
        _known("precision", self.precisions, PRECISIONS)
        _known("strategy", self.strategies, STRATEGIES)
        if self.global_batch % self.devices.count:
            below = self.global_batch // self.devices.count * self.devices.count
            near = [str(each) for each in (below, below + self.devices.count) if each]
            raise UsageError(
                f"a batch of {self.global_batch} cannot be dealt evenly to {self.devices.count} devices",
                hint=f"The nearest that can: {', '.join(near)}",
            )

    def batch_of(self, setup: TrainingSetup) -> int:
        """Sequences of one rank in one optimizer step; ranks that share layers have the same ones."""
        return self.global_batch // setup.data_parallel

    @property
    def room_bytes(self) -> float:
        """What a plan may fill of one device."""
        return self.devices.memory_bytes * (1 - self.safety_margin)


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise UsageError(f"{name.replace('_', ' ')} is {value}", hint="It counts things: 1 or more")


def _known(what: str, words: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        raise UsageError(
            f"no {what} {', '.join(map(repr, unknown))}" if words else f"no {what} is allowed",
            hint=f"There are {', '.join(known)}",
        )
