"""All devices of this machine, as `hardware_observed` events."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from benchmart import __version__
from benchmart.event_log.events import HardwareObserved
from collectors.probes.amd import probe_amd
from collectors.probes.apple import probe_apple
from collectors.probes.cpu import probe_cpu
from collectors.probes.intel import probe_intel
from collectors.probes.machine import machine_id
from collectors.probes.nvidia import probe_nvidia
from collectors.probes.sighting import Device, Machine

Probe = Callable[[Machine], list[Device]]

PROBES: tuple[Probe, ...] = (probe_cpu, probe_apple, probe_nvidia, probe_amd, probe_intel)
"""Each returns the devices it sees; the processor comes first and carries the notes about the others."""

COLLECTOR = "probe:hardware"


def observe_hardware(run_id: str | None, machine: Machine | None = None) -> list[HardwareObserved]:
    """One event for each device seen. A probe that fails is a note in the first device's attributes."""
    machine = machine or Machine()
    devices, notes = look(machine)
    now, identity = datetime.now(UTC), machine_id(machine)
    return [
        HardwareObserved(
            collector=COLLECTOR,
            collector_version=__version__,
            occurred_at=now,
            run_id=run_id,
            machine_id=identity,
            **asdict(device) | {"attributes": {**device.attributes, **(notes if position == 0 else {})}},
        )
        for position, device in enumerate(devices)
    ]


def look(machine: Machine) -> tuple[list[Device], dict[str, str]]:
    """The devices all probes see, and a note for each probe that failed."""
    devices: list[Device] = []
    notes: dict[str, str] = {}
    for probe in PROBES:
        try:
            devices.extend(probe(machine))
        # Drivers and their bindings raise whatever they like; none of it may stop a benchmark.
        except Exception as error:  # noqa: BLE001
            notes[f"{probe.__name__}_failed"] = f"{type(error).__name__}: {error}"
    return devices, notes
