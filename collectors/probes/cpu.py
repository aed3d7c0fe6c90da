"""The processor: model, cores, caches, memory, vector extensions."""

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

from collectors.probes.arm import core_name
from collectors.probes.sighting import Device, Machine, integer, present, read_integer, read_text

VECTOR_EXTENSIONS = re.compile(
    r"sse4_2|avx|avx2|fma|f16c|avx512\w*|avx_vnni\w*|avx_ifma|avx_ne_convert|avx10\w*|amx_\w+"
    r"|neon|asimd|asimdhp|asimddp|fphp|i8mm|bf16|sve|sve2|svei8mm|svebf16|sme|sme2"
)
"""Processor flags that decide which kernels a runtime picks."""

_VENDORS = {
    "AuthenticAMD": "amd",
    "GenuineIntel": "intel",
    "HygonGenuine": "hygon",
    "0x41": "arm",
    "0xc0": "ampere",
}
_SIZE_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3}


def probe_cpu(machine: Machine) -> list[Device]:
    """The processor of a Linux machine; another system's only as far as psutil and Python see it."""
    if machine.system == "Darwin":
        return []
    facts = _first_processor(machine.text("proc/cpuinfo") or "")
    flags = (facts.get("flags") or facts.get("Features") or "").split()
    physical, logical = _cores(machine)
    return [
        Device(
            device_kind="cpu",
            device=_name(facts),
            vendor=_VENDORS.get(facts.get("vendor_id") or facts.get("CPU implementer") or ""),
            physical_cores=physical,
            logical_cores=logical,
            max_frequency_hertz=_max_frequency_hertz(machine),
            l1d_cache_bytes=_cache_bytes(machine, 1),
            l2_cache_bytes=_cache_bytes(machine, 2),
            l3_cache_bytes=_cache_bytes(machine, 3),
            memory_bytes=_memory_bytes(machine),
            vector_extensions=sorted(filter(VECTOR_EXTENSIONS.fullmatch, flags)) or None,
            attributes=_attributes(machine, facts, flags),
        )
    ]


def _first_processor(cpuinfo: str) -> dict[str, str]:
    """The `name: value` lines of the first processor in /proc/cpuinfo."""
    lines = (line.partition(":") for line in cpuinfo.partition("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def _name(facts: Mapping[str, str]) -> str:
    return (
        facts.get("model name")
        or core_name(facts.get("CPU implementer"), facts.get("CPU part"))
        or platform.processor()
        or platform.machine()
    )


def _cores(machine: Machine) -> tuple[int | None, int | None]:
    """Physical and logical cores, from the topology files, else from psutil."""
    logical = _processor_folders(machine)
    # Processors that share a core name the same siblings.
    siblings = {read_text(folder / "topology/thread_siblings_list") for folder in logical} - {None}
    if logical and siblings:
        return len(siblings), len(logical)
    if not machine.is_this_one:
        return None, len(logical) or None
    import psutil

    return psutil.cpu_count(logical=False), psutil.cpu_count()


def _processor_folders(machine: Machine) -> list[Path]:
    return list((machine.root / "sys/devices/system/cpu").glob("cpu[0-9]*"))


def _cache_bytes(machine: Machine, level: int) -> int | None:
    """Size of one data or unified cache of a level, as the first processor sees it, in bytes."""
    for folder in sorted((machine.root / "sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = read_text(folder / "type")
        if read_integer(folder / "level") == level and kind in ("Data", "Unified"):
            return _size_bytes(read_text(folder / "size"))
    return None


def _size_bytes(text: str | None) -> int | None:
    found = re.fullmatch(r"(\d+)([KMG]?)B?", text or "")
    return int(found[1]) * _SIZE_UNITS.get(found[2], 1) if found else None


def _max_frequency_hertz(machine: Machine) -> float | None:
    kilohertz = integer(machine.text("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"))
    return kilohertz * 1000.0 if kilohertz else None


def _memory_bytes(machine: Machine) -> int | None:
    found = re.search(r"^MemTotal:\s+(\d+) kB", machine.text("proc/meminfo") or "", re.MULTILINE)
    if found:
        return int(found[1]) * 1024
    if not machine.is_this_one:
        return None
    import psutil

    return int(psutil.virtual_memory().total)


def _attributes(machine: Machine, facts: Mapping[str, str], flags: list[str]) -> dict[str, str]:
    has_affinity = machine.is_this_one and hasattr(os, "sched_getaffinity")
    return present(
        {
            "cpu_family": facts.get("cpu family"),
            "cpu_model": facts.get("model"),
            "cpu_stepping": facts.get("stepping"),
            "microcode": facts.get("microcode"),
            "virtual_machine": "true" if "hypervisor" in flags else None,
            "usable_logical_cores": len(os.sched_getaffinity(0)) if has_affinity else None,
            "cgroup_cpu_max": machine.text("sys/fs/cgroup/cpu.max"),
            "cgroup_memory_max": machine.text("sys/fs/cgroup/memory.max"),
            "smt_active": machine.text("sys/devices/system/cpu/smt/active"),
        }
    )
