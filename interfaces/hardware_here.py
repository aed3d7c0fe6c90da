"""What hardware this machine has, in the words of the selector."""

import csv
from functools import cache

from benchmart.config import project_folder


@cache
def hardware_here() -> tuple[str, ...]:
    """Ids of the devices that the probes see; the kind, such as `cuda`, of those whose name is not catalogued."""
    from collectors.probes.hardware import look
    from collectors.probes.sighting import Machine

    devices, _ = look(Machine())
    with (project_folder() / "seeds" / "hardware_aliases.csv").open(encoding="utf-8", newline="") as file:
        ids = {_plain(row["alias"]): row["hardware_id"] for row in csv.DictReader(file)}
    return tuple(dict.fromkeys(ids.get(_plain(each.device), each.device_kind) for each in devices))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
