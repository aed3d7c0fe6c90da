"""One way of training to measure: a model, and all that its speed and its memory follow from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from benchmart.errors import UsageError
from collectors.runner.configuration import DEVICE_KINDS, digest

STRATEGIES = ("single", "ddp", "fsdp2", "zero0", "zero1", "zero2", "zero3")
PRECISIONS = ("fp32", "amp_bf16", "mixed_bf16", "bf16")
OPTIMIZERS = ("adamw", "adamw_8bit", "sgd")
CHECKPOINTING = ("none", "full")
OFFLOAD = ("none", "cpu")


@dataclass(frozen=True)
class TrainingConfiguration:
    """A model trained in one way for a few steps on a batch that is repeated."""

    model: str
    """A name of `runner.architectures.ARCHITECTURES`, or a decoder of given dimensions, as `models` reads it."""
    strategy: str = "ddp"
    """One of STRATEGIES: `single` is plain torch on one rank, `zero0` to `zero3` are DeepSpeed's stages."""
    ranks: int = 2
    micro_batch: int = 1
    """Items of one rank in one forward pass."""
    sequence_length: int | None = None
    """Tokens of an item; None: as the architecture has it."""
    precision: str = "fp32"
    """`amp_bf16` is autocast with fp32 weights; `mixed_bf16` computes in bf16 with fp32 master weights (FSDP2's policy,
    DeepSpeed's bf16); `bf16` has everything in bf16, optimizer states included."""
    optimizer: str = "adamw"
    accumulation_steps: int = 1
    """Forward and backward passes of one optimizer step."""
    checkpointing: str = "none"
    """`full`: each layer's activations are computed again in the backward pass."""
    offload_optimizer: str = "none"
    """`cpu`: DeepSpeed keeps optimizer states and master weights on the host."""
    reshards_after_forward: bool = True
    """FSDP2: whether gathered weights are let go between forward and backward pass."""
    lora_rank: int | None = None
    """Rank of low-rank adapters trained by the Hugging Face Trainer; None: all weights are trained by our loop."""
    threads: int | None = None
    """Threads of one rank's operations on a CPU; None: the cores shared out among the ranks."""
    steps: int = 3
    """Optimizer steps that are timed."""
    warmup: int = 1
    """Optimizer steps before."""
    device: str = "cpu"
    """One of `runner.configuration.DEVICE_KINDS`; each rank has one, on a CPU all share it."""

    @property
    def key(self) -> str:
        """A digest of all fields: equal for the same configuration in every run, on every machine."""
        return digest(asdict(self))

    @property
    def global_batch(self) -> int:
        """Items of all ranks in one optimizer step."""
        return self.micro_batch * self.accumulation_steps * self.ranks

    @property
    def is_deepspeed(self) -> bool:
        """Whether DeepSpeed trains it."""
        return self.strategy.startswith("zero")

    @property
    def label(self) -> str:
        """A short line for people."""
        parts = (
            self.model,
            self.strategy,
            f"{self.ranks} ranks" if self.ranks > 1 else "1 rank",
            self.precision,
            f"batch {self.micro_batch}",
            f"accumulation {self.accumulation_steps}" if self.accumulation_steps > 1 else "",
            "checkpointing" if self.checkpointing == "full" else "",
            f"offload {self.offload_optimizer}" if self.offload_optimizer != "none" else "",
            "" if self.reshards_after_forward else "no reshard",
            self.optimizer if self.optimizer != "adamw" else "",
            f"LoRA {self.lora_rank}" if self.lora_rank else "",
        )
        return " ".join(filter(None, parts))

    def as_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "strategy": STRATEGIES,
    "precision": PRECISIONS,
    "optimizer": OPTIMIZERS,
    "checkpointing": CHECKPOINTING,
    "offload_optimizer": OFFLOAD,
    "device": DEVICE_KINDS,
}
_COUNTS = ("ranks", "micro_batch", "sequence_length", "accumulation_steps", "lora_rank", "threads", "steps")


def configuration_from(entries: Mapping[str, Any], where: str = "configuration") -> TrainingConfiguration:
    """The configuration these entries describe.

    Raises UsageError, naming the place, for unknown entries, values out of range, and ways of training that do
    not go together.
    """
    known = [each.name for each in fields(TrainingConfiguration)]
    for name, value in entries.items():
        _check_entry(where, name, value, known)
    if "model" not in entries:
        raise UsageError("a configuration needs a model", where=where)
    configuration = TrainingConfiguration(**entries)
    _check_together(where, configuration)
    return configuration


def _check_entry(where: str, name: str, value: Any, known: list[str]) -> None:
    if name not in known:
        raise UsageError(f"unknown entry {name!r}", where=where, hint=f"It may have: {', '.join(known)}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise UsageError(f"unknown {name} {value!r}", where=where, hint=f"Known: {', '.join(_CHOICES[name])}")
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_left_open = value is None and name in ("sequence_length", "lora_rank", "threads")
    if name in _COUNTS and not is_left_open and not (is_number and value >= 1):
        raise UsageError(f"{name} is {value!r}, not a whole number above zero", where=where)
    if name == "warmup" and not (is_number and value >= 0):
        raise UsageError(f"warmup is {value!r}, not a whole number from zero", where=where)
    if name == "reshards_after_forward" and not isinstance(value, bool):
        raise UsageError(f"{name} is {value!r}, not true or false", where=where)


def _check_together(where: str, configuration: TrainingConfiguration) -> None:
    """Refuse what a strategy cannot do, rather than train something else in silence."""
    is_plain = configuration.strategy in ("single", "ddp")
    refusals = (
        (configuration.strategy == "single" and configuration.ranks > 1, "single is one rank; use ddp"),
        (configuration.steps + configuration.warmup < 2, "two steps at least: the loss must be seen to fall"),  # noqa: PLR2004
        (
            configuration.offload_optimizer != "none"
            and configuration.strategy not in ("zero1", "zero2", "zero3"),
            "the optimizer is offloaded by zero1, zero2 and zero3 alone",
        ),
        (
            not configuration.reshards_after_forward and configuration.strategy != "fsdp2",
            "reshards_after_forward belongs to fsdp2",
        ),
        (
            configuration.precision == "amp_bf16" and not is_plain,
            "autocast (amp_bf16) goes with single and ddp; fsdp2 and zero have mixed_bf16",
        ),
        (
            configuration.precision == "mixed_bf16" and is_plain,
            "mixed_bf16 goes with fsdp2 and zero; single and ddp have amp_bf16",
        ),
        (
            configuration.precision == "bf16" and configuration.is_deepspeed,
            "DeepSpeed keeps fp32 master weights: use mixed_bf16",
        ),
        (
            configuration.optimizer == "adamw_8bit" and not is_plain,
            "8-bit Adam goes with single and ddp",
        ),
        (configuration.lora_rank is not None and not is_plain, "LoRA goes with single and ddp"),
        (
            configuration.lora_rank is not None and configuration.optimizer == "sgd",
            "LoRA is trained with adamw or adamw_8bit",
        ),
        (
            configuration.optimizer == "sgd" and configuration.is_deepspeed,
            "DeepSpeed's stages are measured with adamw",
        ),
    )
    for is_refused, reason in refusals:
        if is_refused:
            raise UsageError(f"{configuration.label}: {reason}", where=where)
