"""Apple machines: the processor by sysctl, and the GPU that shares its memory."""

import json
import re
from typing import Any

from collectors.probes.sighting import Device, Machine, integer, present

_EXTENSIONS = {
    "hw.optional.neon": "neon",
    "hw.optional.arm.FEAT_BF16": "bf16",
    "hw.optional.arm.FEAT_I8MM": "i8mm",
    "hw.optional.arm.FEAT_SME": "sme",
    "hw.optional.arm.FEAT_SME2": "sme2",
    "hw.optional.avx2_0": "avx2",
    "hw.optional.avx512f": "avx512f",
}
"""sysctl name, 1 where the processor has it, to the extension's usual name."""


def probe_apple(machine: Machine) -> list[Device]:
    """The processor and, on Apple silicon, the GPU of a Mac."""
    if machine.system != "Darwin":
        return []
    name = _sysctl(machine, "machdep.cpu.brand_string")
    return [_cpu(machine, name), *_gpu(machine)] if name else []


def _cpu(machine: Machine, name: str) -> Device:
    extensions = [name for key, name in _EXTENSIONS.items() if _number(machine, key) == 1]
    return Device(
        device_kind="cpu",
        device=name,
        vendor="apple" if name.startswith("Apple") else "intel",
        physical_cores=_number(machine, "hw.physicalcpu"),
        logical_cores=_number(machine, "hw.logicalcpu"),
        max_frequency_hertz=_number(machine, "hw.cpufrequency_max"),
        # The fast cores, where there are two sorts.
        l1d_cache_bytes=_number(machine, "hw.perflevel0.l1dcachesize") or _number(machine, "hw.l1dcachesize"),
        l2_cache_bytes=_number(machine, "hw.perflevel0.l2cachesize") or _number(machine, "hw.l2cachesize"),
        l3_cache_bytes=_number(machine, "hw.l3cachesize"),
        memory_bytes=_number(machine, "hw.memsize"),
        vector_extensions=extensions or None,
        attributes=present(
            {
                "performance_cores": _number(machine, "hw.perflevel0.physicalcpu"),
                "efficiency_cores": _number(machine, "hw.perflevel1.physicalcpu"),
                "model_identifier": _sysctl(machine, "hw.model"),
            }
        ),
    )


def _gpu(machine: Machine) -> list[Device]:
    listing = machine.run(["system_profiler", "SPDisplaysDataType", "-json"])
    displays: list[dict[str, Any]] = json.loads(listing or "{}").get("SPDisplaysDataType", [])
    return [
        Device(
            device_kind="mps",
            device=display["sppci_model"],
            vendor="apple",
            memory_bytes=_number(machine, "hw.memsize"),
            attributes=present(
                {
                    "gpu_cores": display.get("sppci_cores"),
                    "metal": display.get("spdisplays_mtlgpufamilysupport"),
                    "memory": "shared with the processor",
                }
            ),
        )
        for display in displays
        if re.match(r"Apple\b", display.get("sppci_model", ""))
    ]


def _sysctl(machine: Machine, name: str) -> str | None:
    return machine.run(["sysctl", "-n", name]) or None


def _number(machine: Machine, name: str) -> int | None:
    return integer(_sysctl(machine, name))
