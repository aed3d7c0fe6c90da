"""Energy: counters the machine keeps itself. Where there is none, there is no number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectors.probes.nvidia import load_nvml
from collectors.probes.sighting import Machine, read_integer, read_text

_MICROJOULES_PER_JOULE = 1e6
_MILLIJOULES_PER_JOULE = 1e3


@dataclass(frozen=True)
class EnergyCounter:
    """Counters that only grow, until they start again at zero."""

    source: str
    """Where the numbers come from, such as `rapl package-0`."""
    read: Callable[[], Sequence[float]]
    """The counters now, in joules."""
    ranges: Sequence[float | None]
    """What each counter reaches before it starts again, in joules; None when it does not."""

    def joules_since(self, before: Sequence[float]) -> float | None:
        """Energy used since `before` was read, in joules; None when a counter cannot be believed."""
        pairs = zip(before, self.read(), self.ranges, strict=True)
        differences = [_difference(start, end, limit) for start, end, limit in pairs]
        known = [joules for joules in differences if joules is not None]
        return sum(known) if len(known) == len(differences) else None


def energy_counter(kind: str, machine: Machine | None = None) -> EnergyCounter | None:
    """The counter of a kind of device; None where there is none or it may not be read."""
    machine = machine or Machine()
    return _FINDERS[kind](machine) if kind in _FINDERS else None


def _rapl(machine: Machine) -> EnergyCounter | None:
    """The packages of the running-average power limit: whole processors, all programs on them."""
    zones = sorted((machine.root / "sys/class/powercap").glob("intel-rapl:*"))
    files = {zone / "energy_uj": read_text(zone / "name") for zone in zones if zone.name.count(":") == 1}
    packages = {path: name for path, name in files.items() if name and name.startswith("package")}
    if not packages or any(read_integer(path) is None for path in packages):
        return None
    limits = [read_integer(path.with_name("max_energy_range_uj")) for path in packages]
    return EnergyCounter(
        f"rapl {' '.join(name for name in packages.values() if name)}",
        lambda: [(read_integer(path) or 0) / _MICROJOULES_PER_JOULE for path in packages],
        [limit / _MICROJOULES_PER_JOULE if limit else None for limit in limits],
    )


def _nvml(machine: Machine) -> EnergyCounter | None:
    """The total energy counter of the first NVIDIA GPU, kept since the driver was loaded."""
    nvml = load_nvml(machine)
    if nvml is None:
        return None
    try:
        nvml.nvmlInit()
        handle = nvml.nvmlDeviceGetHandleByIndex(0)
        nvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except nvml.NVMLError:
        return None
    return EnergyCounter(
        "nvml",
        lambda: [nvml.nvmlDeviceGetTotalEnergyConsumption(handle) / _MILLIJOULES_PER_JOULE],
        [None],
    )


def _amd_sensor(machine: Machine) -> EnergyCounter | None:
    """The energy file of the first AMD GPU's hardware monitor."""
    found = sorted((machine.root / "sys/class/drm").glob("card*/device/hwmon/hwmon*/energy1_input"))
    path: Path | None = next((path for path in found if read_integer(path) is not None), None)
    if path is None:
        return None
    return EnergyCounter(
        "hwmon energy1", lambda: [(read_integer(path) or 0) / _MICROJOULES_PER_JOULE], [None]
    )


_FINDERS: dict[str, Callable[[Machine], EnergyCounter | None]] = {
    "cpu": _rapl,
    "cuda": _nvml,
    "rocm": _amd_sensor,
}


def _difference(start: float, end: float, limit: float | None) -> float | None:
    """How far a counter went; None when it went back and nobody says where it starts again."""
    if end >= start:
        return end - start
    return end - start + limit if limit is not None else None
