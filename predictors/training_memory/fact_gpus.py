"""Memory of the GPUs that facts name."""

import csv
import re
from collections.abc import Mapping
from functools import cache

from benchmart.config import project_folder

_STATED = re.compile(r"(\d+)\s*G(?:i?B)?\b", re.IGNORECASE)


def capacity_of(gpu: str) -> float | None:
    """Bytes a GPU has: as its name says (`A100-SXM4-40GB`), else by the catalogue; None when neither tells."""
    stated = _STATED.search(gpu)
    if stated:
        return float(stated[1]) * 2**30
    return _catalogue().get(_spelled(gpu))


@cache
def _catalogue() -> Mapping[str, float]:
    seeds = project_folder() / "seeds"
    with (seeds / "hardware_catalogue.csv").open(encoding="utf-8", newline="") as stream:
        memory = {row["hardware_id"]: row["memory_bytes"] for row in csv.DictReader(stream)}
    with (seeds / "hardware_aliases.csv").open(encoding="utf-8", newline="") as stream:
        names = {row["alias"]: row["hardware_id"] for row in csv.DictReader(stream)}
    names |= {hardware: hardware for hardware in memory}
    return {_spelled(name): float(memory[known]) for name, known in names.items() if memory.get(known)}


def _spelled(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
