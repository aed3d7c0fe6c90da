"""One thing to measure: a model under one condition."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MODES = ("inference", "training")
PHASES = ("prefill", "decode")
DEVICE_KINDS = ("cpu", "cuda", "rocm", "mps", "xpu")
PRECISIONS = ("fp32", "bf16", "fp16", "int8")
COMPILERS = ("eager",)

_KEY_LENGTH = 16


@dataclass(frozen=True)
class Configuration:
    """A model, what is done with it, and on what."""

    family: str
    """`embedding`, `text_generation`, `vision`, `audio`, `multimodal`, or `custom` for `module:factory`."""
    model: str
    """A name of `architectures.ARCHITECTURES`, or `package.module:factory`."""
    mode: str = "inference"
    phase: str | None = None
    """`prefill` or `decode` when text is generated, else None."""
    device: str = "cpu"
    """One of DEVICE_KINDS."""
    precision: str = "fp32"
    batch_size: int = 1
    """Items per step."""
    sequence_length: int | None = None
    """Tokens, or audio frames, per item."""
    image_size: int | None = None
    """Pixels along one side of a square image."""
    compiler: str = "eager"

    @property
    def key(self) -> str:
        """A digest of all fields: equal for the same configuration in every run, on every machine."""
        return digest(asdict(self))

    @property
    def profile_key(self) -> tuple[object, ...]:
        """What the number of operations of one item depends on."""
        return (self.model, self.mode, self.phase, self.sequence_length, self.image_size)

    @property
    def is_custom(self) -> bool:
        """Whether the model comes from somebody's own factory."""
        return ":" in self.model

    @property
    def label(self) -> str:
        """A short line for people."""
        parts = (
            self.model,
            self.phase or self.mode,
            self.device,
            self.precision,
            f"batch {self.batch_size}",
            f"length {self.sequence_length}" if self.sequence_length else "",
            f"{self.image_size} px" if self.image_size else "",
        )
        return " ".join(filter(None, parts))

    def as_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)


def configuration_from(fields: Mapping[str, Any]) -> Configuration:
    """The configuration `as_dict` was taken of."""
    return Configuration(**fields)


def digest(content: Mapping[str, Any]) -> str:
    """The first 16 hexadecimal digits of the sha-256 of the content as canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_KEY_LENGTH]
