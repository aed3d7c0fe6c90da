"""Probes of accelerators against recorded machines: trees of files, and answers as drivers give them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from recorded_machine import mac_answers, machine

from collectors.probes import hardware
from collectors.probes.amd import probe_amd
from collectors.probes.apple import probe_apple
from collectors.probes.cpu import probe_cpu
from collectors.probes.hardware import observe_hardware
from collectors.probes.intel import probe_intel
from collectors.probes.nvidia import probe_nvidia
from collectors.probes.sighting import Device, Machine

_AMD_CARD = {
    "sys/class/drm/card1/device/vendor": "0x1002",
    "sys/class/drm/card1/device/device": "0x74a1",
    "sys/class/drm/card1/device/mem_info_vram_total": str(192 * 1024**3),
    "sys/class/drm/card1/device/drm/renderD128/dev": "226:128",
    "sys/class/drm/card1/device/hwmon/hwmon4/power1_cap": "750000000",
    "sys/class/drm/card1-DP-1/status": "disconnected",
    "sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 96\ndrm_render_minor 0",
    "sys/class/kfd/kfd/topology/nodes/1/properties": "drm_render_minor 128\ngfx_target_version 90402",
    "sys/module/amdgpu/version": "6.10.5",
}


def test_an_amd_gpu_is_seen_through_the_files_of_its_drivers(tmp_path: Path) -> None:
    (device,) = probe_amd(
        machine(tmp_path, {**_AMD_CARD, "sys/class/drm/card1/device/product_name": "MI300X"})
    )
    assert (device.device_kind, device.device, device.compute_capability) == ("rocm", "MI300X", "gfx942")
    assert (device.memory_bytes, device.power_limit_watts) == (192 * 1024**3, 750.0)
    assert device.driver_version == "6.10.5"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({}, "AMD GPU 1002:74a1"),
        ({"usr/share/misc/pci.ids": "1001  B\n\t74a1  Wrong\n1002  AMD\n\t1234  No\n\t74a1  Aqua Vanjaram"},
         "Aqua Vanjaram"),
    ],
)  # fmt: skip
def test_an_unnamed_gpu_is_looked_up_or_called_by_its_bus_numbers(
    tmp_path: Path, files: dict[str, str], name: str
) -> None:
    assert [device.device for device in probe_amd(machine(tmp_path, {**_AMD_CARD, **files}))] == [name]


def test_an_intel_gpu_is_seen_with_its_own_memory_and_other_vendors_cards_are_not(tmp_path: Path) -> None:
    files = {
        **_AMD_CARD,
        "sys/class/drm/card0/device/vendor": "0x8086",
        "sys/class/drm/card0/device/device": "0x56a0",
        "sys/class/drm/card0/lmem_total_bytes": "0x400000000",
    }
    (device,) = probe_intel(machine(tmp_path, files))
    assert (device.device_kind, device.device) == ("xpu", "Intel GPU 8086:56a0")
    assert device.memory_bytes == 16 * 1024**3


class NVMLError(Exception):
    """As the binding has it."""


class LibraryNotFound(NVMLError):
    """As the binding has it."""


class DriverNotLoaded(NVMLError):
    """As the binding has it."""


def _unsupported(*_: object) -> None:
    raise NVMLError("Not Supported")


def nvml(**answers: Any) -> SimpleNamespace:
    """A driver with one H100, which does not tell its ECC mode."""
    functions: dict[str, Any] = {
        "nvmlInit": lambda: None,
        "nvmlShutdown": lambda: None,
        "nvmlDeviceGetCount": lambda: 1,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetName": lambda handle: b"NVIDIA H100 80GB HBM3",
        "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(total=85520809984),
        "nvmlDeviceGetPowerManagementLimit": lambda handle: 700000,
        "nvmlDeviceGetCudaComputeCapability": lambda handle: (9, 0),
        "nvmlDeviceGetMaxClockInfo": lambda handle, clock: (1980, 1980, 2619)[clock],
        "nvmlSystemGetDriverVersion": lambda: "550.54.15",
        "nvmlSystemGetCudaDriverVersion": lambda: 12040,
        "nvmlDeviceGetEccMode": _unsupported,
        "nvmlDeviceGetPersistenceMode": lambda handle: 1,
        "nvmlDeviceGetMaxPcieLinkGeneration": lambda handle: 5,
        "nvmlDeviceGetMaxPcieLinkWidth": lambda handle: 16,
    }
    errors = {
        "NVMLError": NVMLError,
        "NVMLError_LibraryNotFound": LibraryNotFound,
        "NVMLError_DriverNotLoaded": DriverNotLoaded,
    }
    return SimpleNamespace(**{**functions, **errors, **answers})


def _raiser(error: Exception) -> Any:
    def raise_it(*_: object) -> None:
        raise error

    return raise_it


def test_an_nvidia_gpu_is_seen_and_what_the_driver_does_not_tell_is_left_out(tmp_path: Path) -> None:
    (device,) = probe_nvidia(machine(tmp_path, {}, nvml=nvml()))
    assert (device.device, device.compute_capability) == ("NVIDIA H100 80GB HBM3", "9.0")
    assert (device.memory_bytes, device.power_limit_watts) == (85520809984, 700.0)
    assert (device.driver_version, device.max_frequency_hertz) == ("550.54.15", 1.98e9)
    assert "ecc" not in device.attributes
    assert device.attributes["unanswered"] == "_unsupported: Not Supported"


@pytest.mark.parametrize("error", [LibraryNotFound(), DriverNotLoaded()])
def test_a_machine_without_the_nvidia_driver_has_no_nvidia_gpu_and_no_note(
    tmp_path: Path, error: Exception
) -> None:
    events = observe_hardware("r", machine(tmp_path, {}, nvml=nvml(nvmlInit=_raiser(error))))
    assert [(event.device_kind, "probe_nvidia_failed" in event.attributes) for event in events] == [
        ("cpu", False)
    ]


def test_a_driver_that_misbehaves_becomes_an_absence_and_a_note(tmp_path: Path) -> None:
    mismatch = NVMLError("Driver/library version mismatch")
    events = observe_hardware("r", machine(tmp_path, {}, nvml=nvml(nvmlInit=_raiser(mismatch))))
    assert [event.device_kind for event in events] == ["cpu"]
    assert events[0].attributes["probe_nvidia_failed"] == "NVMLError: Driver/library version mismatch"


def test_no_probe_can_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def probe_broken(_: Machine) -> list[Device]:
        raise OSError("no such thing")

    monkeypatch.setattr(hardware, "PROBES", (probe_cpu, probe_broken, probe_amd))
    events = observe_hardware("r", machine(tmp_path, _AMD_CARD))
    assert [event.device_kind for event in events] == ["cpu", "rocm"]
    assert events[0].attributes["probe_broken_failed"] == "OSError: no such thing"


def test_an_apple_machine_has_a_processor_and_a_gpu_with_the_same_memory(tmp_path: Path) -> None:
    cpu, gpu = probe_apple(Machine(tmp_path, "Darwin", mac_answers))
    assert (cpu.device, cpu.physical_cores, cpu.l2_cache_bytes) == ("Apple M2 Max", 12, 33554432)
    assert cpu.vector_extensions == ["neon", "bf16"]
    assert (gpu.device_kind, gpu.device, gpu.attributes["gpu_cores"]) == ("mps", "Apple M2 Max", "38")
    assert cpu.memory_bytes == gpu.memory_bytes == 64 * 1024**3
