"""Graphics cards as Linux lists them below /sys/class/drm: what the AMD and Intel probes share."""

import re
from dataclasses import dataclass
from pathlib import Path

from collectors.probes.sighting import Machine, read_text

_PCI_NAME_FILES = ("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids", "usr/share/pci.ids")


@dataclass(frozen=True)
class Card:
    """One card: its folder and the folder of the PCI device behind it."""

    folder: Path
    vendor_id: str
    """`0x1002`, as the bus reports it."""
    device_id: str

    @property
    def device(self) -> Path:
        """The PCI device's folder."""
        return self.folder / "device"

    @property
    def driver(self) -> str | None:
        """The kernel driver's name, such as `amdgpu` or `xe`."""
        link = self.device / "driver"
        return link.resolve().name if link.exists() else None

    def sensor(self, name: str) -> str | None:
        """The text of the first hardware-monitor file of this name."""
        found = (read_text(path) for path in sorted(self.device.glob(f"hwmon/hwmon*/{name}")))
        return next(filter(None, found), None)


def cards(machine: Machine, vendor_id: str) -> list[Card]:
    """The cards of one vendor, in the order of their numbers."""
    folders = [path for path in (machine.root / "sys/class/drm").glob("card*") if path.name[4:].isdigit()]
    found = (_card(folder) for folder in sorted(folders, key=lambda path: int(path.name[4:])))
    return [card for card in found if card and card.vendor_id == vendor_id]


def _card(folder: Path) -> Card | None:
    vendor, device = read_text(folder / "device/vendor"), read_text(folder / "device/device")
    return Card(folder, vendor, device) if vendor and device else None


def pci_name(machine: Machine, card: Card) -> str | None:
    """The device's name in the system's list of PCI names; None when the list or the name is missing."""
    names = next(filter(None, (machine.text(name) for name in _PCI_NAME_FILES)), None)
    if not names:
        return None
    vendor = re.search(
        rf"^{card.vendor_id[2:]}  .*\n((?:[\t#].*\n|\n)*)", names + "\n", re.MULTILINE | re.IGNORECASE
    )
    found = vendor and re.search(rf"^\t{card.device_id[2:]}  (.+)$", vendor[1], re.MULTILINE | re.IGNORECASE)
    return found[1].strip() if found else None


def kernel_module_version(machine: Machine, module: str) -> str | None:
    """The version a kernel module states; None for modules that are part of the kernel."""
    return machine.text(f"sys/module/{module}/version")
