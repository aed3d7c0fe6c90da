"""What a plan is, and what an answer is when there can be none."""

from dataclasses import dataclass, field

from predictors.training_memory.setup import TrainingMemory, TrainingSetup
from predictors.training_plan.request import Request
from predictors.training_plan.scaling import ScalingPoint
from predictors.training_plan.step_time import StepTime


@dataclass(frozen=True, slots=True)
class Optimisation:
    """One thing that makes training fit, and what it costs."""

    name: str
    what: str
    cost_seconds: float
    """Of an optimizer step, estimated against the same plan without it; less than 0 where it is faster."""
    cost_share: float
    """Of the step without it."""
    saved_bytes: float
    """Of the device's peak against the same plan without it."""
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to train that is predicted to fit. Times are estimates, memory is predicted."""

    request: Request
    setup: TrainingSetup
    memory: TrainingMemory
    step: StepTime
    optimisations: tuple[Optimisation, ...]
    scaling: tuple[ScalingPoint, ...]
    worthwhile_devices: int
    """The most devices at which scaling efficiency stays above `scaling.WORTHWHILE`."""
    reasons: tuple[str, ...]
    """Why this strategy."""
    warnings: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    basis: str = field(default="estimated", init=False)

    @property
    def fits(self) -> bool:
        """Whether the predicted peak leaves the safety margin free: always, for a plan."""
        return self.memory.device_bytes <= self.request.room_bytes

    @property
    def tokens_per_second(self) -> float:
        """Estimated, of all devices."""
        return self.request.global_batch * self.request.sequence_length / self.step.seconds


@dataclass(frozen=True, slots=True)
class DoesNotFit:
    """No way that is allowed fits; what came nearest, and what would."""

    request: Request
    nearest: TrainingSetup
    memory: TrainingMemory
    """Of the nearest."""
    suggestions: tuple[str, ...]
    fits: bool = field(default=False, init=False)

    @property
    def explanation(self) -> str:
        """What is missing, in words."""
        needed, room = self.memory.device_bytes / 1e9, self.request.room_bytes / 1e9
        tried = f"{self.nearest.strategy}, checkpointing {self.nearest.checkpointing}"
        if self.nearest.offload_optimizer != "none":
            tried += f", optimizer on {self.nearest.offload_optimizer}"
        return (
            f"{self.request.architecture.name} does not fit: the nearest is {tried}, which needs {needed:.1f} GB "
            f"of a device where {room:.1f} GB may be used"
        )
