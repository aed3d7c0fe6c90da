"""Names of Arm cores: Linux prints their numbers only."""

_CORES = {
    ("0x41", "0xd08"): "Arm Cortex-A72",
    ("0x41", "0xd0b"): "Arm Cortex-A76",
    ("0x41", "0xd0c"): "Arm Neoverse-N1",
    ("0x41", "0xd40"): "Arm Neoverse-V1",
    ("0x41", "0xd49"): "Arm Neoverse-N2",
    ("0x41", "0xd4f"): "Arm Neoverse-V2",
    ("0x41", "0xd8e"): "Arm Neoverse-N3",
    ("0x41", "0xd84"): "Arm Neoverse-V3",
    ("0xc0", "0xac3"): "Ampere-1",
    ("0xc0", "0xac4"): "Ampere-1a",
}
"""(implementer, part) of /proc/cpuinfo to the name Arm and Ampere give the core."""


def core_name(implementer: str | None, part: str | None) -> str | None:
    """The core's name; its two numbers when it is not in the table; None when Linux does not print them."""
    if not implementer or not part:
        return None
    return _CORES.get((implementer, part), f"Arm core {implementer}:{part}")
