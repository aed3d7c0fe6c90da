"""AMD GPUs, from the files of the amdgpu and kfd drivers."""

import re
from pathlib import Path

from collectors.probes.graphics import Card, cards, kernel_module_version, pci_name
from collectors.probes.sighting import Device, Machine, integer, present, read_integer, read_text

_VENDOR_ID = "0x1002"
_MICROWATTS_PER_WATT = 1e6
_PROPERTY = re.compile(r"^[ \t]*(\S+)[ \t]+(-?\d+)[ \t]*$", re.MULTILINE)


def probe_amd(machine: Machine) -> list[Device]:
    """AMD GPUs the amdgpu driver runs, in the order of their cards."""
    found = [card for card in cards(machine, _VENDOR_ID) if card.driver in (None, "amdgpu")]
    return [_device(machine, card, index) for index, card in enumerate(found)]


def _device(machine: Machine, card: Card, index: int) -> Device:
    target = _compute_target(machine, card)
    name = read_text(card.device / "product_name") or pci_name(machine, card)
    limit = integer(card.sensor("power1_cap"))
    return Device(
        device_kind="rocm",
        # The bus numbers are what the card itself says when no list of names is installed.
        device=name or f"AMD GPU {card.vendor_id[2:]}:{card.device_id[2:]}",
        device_index=index,
        vendor="amd",
        memory_bytes=read_integer(card.device / "mem_info_vram_total"),
        compute_capability=target,
        driver_version=kernel_module_version(machine, "amdgpu"),
        power_limit_watts=limit / _MICROWATTS_PER_WATT if limit is not None else None,
        attributes=present(
            {
                "pci_device_id": card.device_id,
                "vbios_version": read_text(card.device / "vbios_version"),
                "compute_partition": read_text(card.device / "current_compute_partition"),
                "rocm_version": machine.text("opt/rocm/.info/version"),
            }
        ),
    )


def _compute_target(machine: Machine, card: Card) -> str | None:
    """`gfx942` and the like, from the compute driver's node of the same card."""
    minor = _render_minor(card)
    for node in sorted((machine.root / "sys/class/kfd/kfd/topology/nodes").glob("*")):
        properties = _properties(node)
        if minor is not None and properties.get("drm_render_minor") == minor:
            return _target_name(properties.get("gfx_target_version"))
    return None


def _render_minor(card: Card) -> int | None:
    names = [path.name for path in card.device.glob("drm/renderD*")]
    return int(names[0].removeprefix("renderD")) if names else None


def _properties(node: Path) -> dict[str, int]:
    pairs = _PROPERTY.findall(read_text(node / "properties") or "")
    return {name: int(value) for name, value in pairs}


def _target_name(version: int | None) -> str | None:
    """90402 is major 9, minor 4, stepping 2: gfx942; minor and stepping are hexadecimal digits."""
    if not version:
        return None
    return f"gfx{version // 10000}{version // 100 % 100:x}{version % 100:x}"
