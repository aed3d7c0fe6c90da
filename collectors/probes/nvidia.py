"""NVIDIA GPUs, through NVML: the library the driver brings."""

from collections.abc import Callable
from typing import Any

from collectors.probes.sighting import Device, Machine, present

_MILLIWATTS_PER_WATT = 1e3
_HERTZ_PER_MEGAHERTZ = 1e6
_CLOCKS = {"clock_graphics_max_megahertz": 0, "clock_sm_max_megahertz": 1, "clock_memory_max_megahertz": 2}
"""Attribute to the number NVML gives the clock."""


def probe_nvidia(machine: Machine) -> list[Device]:
    """NVIDIA GPUs; nothing without the library or the driver.

    A driver that is there but does not answer raises its own NVMLError, which becomes a note.
    """
    nvml = load_nvml(machine)
    if nvml is None:
        return []
    try:
        nvml.nvmlInit()
    except (nvml.NVMLError_LibraryNotFound, nvml.NVMLError_DriverNotLoaded):
        return []
    try:
        return [_device(nvml, index) for index in range(nvml.nvmlDeviceGetCount())]
    finally:
        nvml.nvmlShutdown()


def load_nvml(machine: Machine) -> Any:
    """The NVML binding to ask: the machine's recorded one, else the installed one, else None."""
    if machine.nvml is not None or not machine.is_this_one:
        return machine.nvml
    try:
        import pynvml
    except ImportError:
        return None
    return pynvml


def _device(nvml: Any, index: int) -> Device:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    ask = _Questions(nvml)
    memory = ask(nvml.nvmlDeviceGetMemoryInfo, handle)
    limit = ask(nvml.nvmlDeviceGetPowerManagementLimit, handle)
    capability = ask(nvml.nvmlDeviceGetCudaComputeCapability, handle)
    clocks = {name: ask(nvml.nvmlDeviceGetMaxClockInfo, handle, clock) for name, clock in _CLOCKS.items()}
    megahertz = clocks["clock_sm_max_megahertz"]
    return Device(
        device_kind="cuda",
        device=_text(nvml.nvmlDeviceGetName(handle)),
        device_index=index,
        vendor="nvidia",
        max_frequency_hertz=megahertz * _HERTZ_PER_MEGAHERTZ if megahertz else None,
        memory_bytes=memory.total if memory else None,
        compute_capability=f"{capability[0]}.{capability[1]}" if capability else None,
        driver_version=_text(ask(nvml.nvmlSystemGetDriverVersion)),
        power_limit_watts=limit / _MILLIWATTS_PER_WATT if limit else None,
        attributes=present(
            {
                **clocks,
                "ecc": _on_or_off(ask(nvml.nvmlDeviceGetEccMode, handle)),
                "cuda_driver_version": ask(nvml.nvmlSystemGetCudaDriverVersion),
                "persistence_mode": ask(nvml.nvmlDeviceGetPersistenceMode, handle),
                "pcie_generation_max": ask(nvml.nvmlDeviceGetMaxPcieLinkGeneration, handle),
                "pcie_width_max": ask(nvml.nvmlDeviceGetMaxPcieLinkWidth, handle),
                "unanswered": ", ".join(ask.unanswered),
            }
        ),
    )


class _Questions:
    """Calls NVML functions; one that fails gives None and is remembered by name."""

    def __init__(self, nvml: Any) -> None:
        self._nvml = nvml
        self.unanswered: list[str] = []

    def __call__(self, function: Callable[..., Any], *arguments: object) -> Any:
        try:
            return function(*arguments)
        except self._nvml.NVMLError as error:
            self.unanswered.append(f"{function.__name__}: {error}")
            return None


def _text(value: Any) -> Any:
    """Old bindings answer with bytes."""
    return value.decode() if isinstance(value, bytes) else value


def _on_or_off(mode: Any) -> str | None:
    """ECC answers with the current and the pending mode."""
    return None if mode is None else "on" if mode[0] else "off"
