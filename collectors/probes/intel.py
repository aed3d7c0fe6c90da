"""Intel GPUs, from the files of the i915 and xe drivers."""

from collectors.probes.graphics import Card, cards, kernel_module_version, pci_name
from collectors.probes.sighting import Device, Machine, integer, present, read_integer

_VENDOR_ID = "0x8086"
_MICROWATTS_PER_WATT = 1e6
_MEMORY_FILES = ("lmem_total_bytes", "device/tile0/physical_vram_size_bytes", "device/tile0/vram_size_bytes")
"""Relative to the card's folder; integrated GPUs have none of them."""


def probe_intel(machine: Machine) -> list[Device]:
    """Intel GPUs, integrated ones among them, in the order of their cards."""
    found = [card for card in cards(machine, _VENDOR_ID) if card.driver in (None, "i915", "xe")]
    return [_device(machine, card, index) for index, card in enumerate(found)]


def _device(machine: Machine, card: Card, index: int) -> Device:
    memory = next(filter(None, (read_integer(card.folder / name) for name in _MEMORY_FILES)), None)
    limit = integer(card.sensor("power1_max"))
    return Device(
        device_kind="xpu",
        device=pci_name(machine, card) or f"Intel GPU {card.vendor_id[2:]}:{card.device_id[2:]}",
        device_index=index,
        vendor="intel",
        memory_bytes=memory,
        driver_version=kernel_module_version(machine, card.driver or "i915"),
        power_limit_watts=limit / _MICROWATTS_PER_WATT if limit else None,
        attributes=present({"pci_device_id": card.device_id, "kernel_driver": card.driver}),
    )
