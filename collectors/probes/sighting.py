"""What probes look at, what they return, and the small readers they share.

Everything a probe asks of the machine goes through `Machine`, so recorded answers can stand in for it.
"""

import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_COMMAND_TIMEOUT_SECONDS = 10.0


def run_command(arguments: Sequence[str]) -> str | None:
    """The command's stripped stdout; None when it is absent, fails or hangs."""
    try:
        finished = subprocess.run(
            arguments, capture_output=True, text=True, timeout=_COMMAND_TIMEOUT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return finished.stdout.strip()


@dataclass(frozen=True)
class Machine:
    """Where a probe looks."""

    root: Path = Path("/")
    """The folder under which `proc`, `sys` and `etc` lie."""
    system: str = field(default_factory=platform.system)
    """`Linux`, `Darwin` or `Windows`."""
    run: Callable[[Sequence[str]], str | None] = run_command
    nvml: Any = None
    """An object with the functions of the `pynvml` module; None loads the installed one."""

    @property
    def is_this_one(self) -> bool:
        """Whether libraries that only know the running machine may be asked."""
        return self.root == Path("/")

    def text(self, path: str) -> str | None:
        """The stripped text of a file below the root; None when it cannot be read or is empty."""
        return read_text(self.root / path)


@dataclass(frozen=True)
class Device:
    """One device as a probe saw it; None wherever the probe could not see."""

    device_kind: str
    """`cpu`, `cuda`, `rocm`, `mps` or `xpu`."""
    device: str
    """The name the hardware gives itself."""
    device_index: int = 0
    vendor: str | None = None
    physical_cores: int | None = None
    logical_cores: int | None = None
    max_frequency_hertz: float | None = None
    l1d_cache_bytes: int | None = None
    """Of one core."""
    l2_cache_bytes: int | None = None
    """Of one core."""
    l3_cache_bytes: int | None = None
    """Of one shared slice."""
    memory_bytes: int | None = None
    vector_extensions: Sequence[str] | None = None
    compute_capability: str | None = None
    driver_version: str | None = None
    power_limit_watts: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_text(path: Path) -> str | None:
    """The stripped text of a file; None when it cannot be read or is empty."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or None
    except OSError:
        return None


def read_integer(path: Path) -> int | None:
    """The whole number in a file, decimal or with 0x; None when there is none."""
    return integer(read_text(path))


def integer(text: str | None) -> int | None:
    """A whole number, decimal or with 0x; None when the text is not one."""
    try:
        return int(text, 0) if text else None
    except ValueError:
        return None


def present(attributes: Mapping[str, object]) -> dict[str, str]:
    """The attributes that have a value, as text."""
    return {name: str(value) for name, value in attributes.items() if value is not None and value != ""}
