"""Peak memory above the baseline: of the process on a CPU, of torch's allocator elsewhere."""

import gc
import sys
from pathlib import Path
from typing import Any, Protocol

from collectors.runner.devices import torch_device

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""What the kernel takes as the order to forget the highest resident size."""
_KIBIBYTE = 1024


class MemoryMeter(Protocol):
    """Knows how much memory there was before a model, and how much at most since the last reset."""

    source: str
    """Where the numbers come from."""

    def reset(self) -> None:
        """Forget the peak so far."""

    def peak_bytes(self) -> int | None:
        """The most memory since `reset`, above the baseline, in bytes; None when it cannot be known."""


class ProcessMemory:
    """Resident memory of this process; the baseline is taken when the meter is made."""

    def __init__(self) -> None:
        gc.collect()
        self.source = "VmHWM" if sys.platform == "linux" else "ru_maxrss"
        self._baseline = _resident_bytes()
        self._peak_before = _highest_resident_bytes()

    def reset(self) -> None:
        """Ask the kernel to forget the peak; where it does not, remember the old one."""
        try:
            _CLEAR.write_text(_RESET_PEAK)
        except OSError:
            self.source = self.source.removesuffix(" since start") + " since start"
            self._peak_before = _highest_resident_bytes()
        else:
            self._peak_before = 0

    def peak_bytes(self) -> int | None:
        """The peak above the baseline; None when an older peak, which could not be forgotten, hides it."""
        peak = _highest_resident_bytes()
        return max(peak - self._baseline, 0) if peak > self._peak_before else None


class AllocatorMemory:
    """Memory torch's allocator holds on a device with counters of its own (cuda, rocm, xpu)."""

    source = "allocator"

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace
        self._baseline: int = namespace.memory_allocated()

    def reset(self) -> None:
        """Forget the allocator's peak."""
        self._namespace.reset_peak_memory_stats()

    def peak_bytes(self) -> int | None:
        """The allocator's peak above the baseline."""
        return int(self._namespace.max_memory_allocated()) - self._baseline


class MetalMemory:
    """Memory the Metal driver gave to torch: it keeps what it once had, so the end is the peak."""

    source = "driver_allocated_memory"

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace
        self._baseline: int = namespace.driver_allocated_memory()

    def reset(self) -> None:
        """Give back what is cached, so that only what is in use counts."""
        self._namespace.empty_cache()

    def peak_bytes(self) -> int | None:
        """What the driver gave out by now, above the baseline."""
        return int(self._namespace.driver_allocated_memory()) - self._baseline


def memory_meter(kind: str) -> MemoryMeter:
    """The meter for a kind of device, with the baseline of this moment."""
    import torch

    if kind == "cpu":
        return ProcessMemory()
    if kind == "mps":
        return MetalMemory(torch.mps)
    return AllocatorMemory(getattr(torch, torch_device(kind).type))


def _resident_bytes() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


def _highest_resident_bytes() -> int:
    """The highest resident size of this process since its start or the last reset, in bytes."""
    if sys.platform == "linux":
        lines = _STATUS.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * _KIBIBYTE
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
