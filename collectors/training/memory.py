"""The runner's meters of memory, and what is asked of them beside when a rank trains."""

import threading
from pathlib import Path
from typing import Any

from collectors.runner.devices import torch_device
from collectors.runner.memory import MemoryMeter, ProcessMemory
from collectors.runner.memory import memory_meter as plain_meter

_CLEAR = Path("/proc/self/clear_refs")
_SAMPLING_SECONDS = 0.005


class RankMemory:
    """Peak memory of a rank above the baseline of this moment, and what torch's allocator held."""

    def __init__(self, meter: MemoryMeter, namespace: Any = None) -> None:
        self._meter, self._namespace = meter, namespace

    @property
    def source(self) -> str:
        """Where the numbers come from."""
        return self._meter.source

    def reset(self) -> None:
        """Forget the peak so far."""
        self._meter.reset()

    def peak_bytes(self) -> int | None:
        """The most memory since `reset` above the baseline, in bytes."""
        return self._meter.peak_bytes()

    def reserved_peak_bytes(self) -> int | None:
        """What the allocator held at most since `reset`, in bytes; None where there is no allocator to ask."""
        return int(self._namespace.max_memory_reserved()) if self._namespace else None

    def facts(self) -> dict[str, int]:
        """The baseline itself, in bytes, where the system tells it."""
        import psutil

        return {"memory_baseline_bytes": int(psutil.Process().memory_info().rss)}


class SampledMemory:
    """Resident memory looked at every few milliseconds, where the kernel does not forget an old peak."""

    source = "sampled RSS"

    def __init__(self) -> None:
        self._baseline = self._highest = _resident_bytes()
        threading.Thread(target=self._sample, daemon=True).start()

    def reset(self) -> None:
        """Forget the peak so far."""
        self._highest = _resident_bytes()

    def peak_bytes(self) -> int | None:
        """The most that was seen since `reset`, above the baseline."""
        return max(self._highest - self._baseline, 0)

    def _sample(self) -> None:
        pause = threading.Event()
        while not pause.wait(_SAMPLING_SECONDS):
            self._highest = max(self._highest, _resident_bytes())


def memory_meter(kind: str) -> RankMemory:
    """The meter for a kind of device, with the baseline of this moment."""
    import torch

    if kind == "cpu":
        return RankMemory(ProcessMemory() if _can_forget_peak() else SampledMemory())
    device = torch_device(kind)
    has_reserve = device.type in ("cuda", "xpu")
    return RankMemory(plain_meter(kind), getattr(torch, device.type) if has_reserve else None)


def _can_forget_peak() -> bool:
    try:
        _CLEAR.write_text("5")
    except OSError:
        return False
    return True


def _resident_bytes() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)
