"""Machines made of files, for probes to look at."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collectors.probes.sighting import Machine


def machine(root: Path, files: Mapping[str, str], **fields: Any) -> Machine:
    """A Linux machine with these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return Machine(root, **{"system": "Linux", "run": lambda arguments: None, **fields})


_MAC = {
    "machdep.cpu.brand_string": "Apple M2 Max",
    "hw.physicalcpu": "12",
    "hw.logicalcpu": "12",
    "hw.memsize": str(64 * 1024**3),
    "hw.perflevel0.l2cachesize": "33554432",
    "hw.optional.neon": "1",
    "hw.optional.arm.FEAT_BF16": "1",
    "hw.optional.arm.FEAT_SME": "0",
}


def mac_answers(arguments: Sequence[str]) -> str | None:
    """What the commands of a Mac answer."""
    if arguments[0] == "sysctl":
        return _MAC.get(arguments[-1])
    if arguments[0] == "system_profiler":
        return json.dumps({"SPDisplaysDataType": [{"sppci_model": "Apple M2 Max", "sppci_cores": "38"}]})
    return '"IOPlatformUUID" = "1234-5678"' if arguments[0] == "ioreg" else None
