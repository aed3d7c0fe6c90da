"""What each kind of device trains with: a table of data, so that a new kind is a new entry."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmart.errors import PredictionRefused, UsageError

_TABLE = Path(__file__).with_name("accelerators.toml")
_WITHOUT = "without"


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One kind of device."""

    kind: str
    name: str
    trains: bool
    precisions: tuple[str, ...]
    """Of matrix products, best first."""
    strategies: tuple[str, ...]
    has_8bit_optimizer: bool
    has_offload: bool
    has_nf4: bool
    backend: str
    """Of torch.distributed; empty when there is none."""
    files: bool
    """Whether the files of a plan run there as they are."""
    software: str
    note: str
    source: str


@cache
def accelerators() -> dict[str, Accelerator]:
    """All kinds of devices, by the word for each."""
    return {kind: _row(kind, cells) for kind, cells in _read().items() if kind != _WITHOUT}


def _row(kind: str, cells: dict[str, Any]) -> Accelerator:
    lists = {name: tuple(cells[name]) for name in ("precisions", "strategies")}
    return Accelerator(kind=kind, **(cells | lists))


def accelerator(kind: str) -> Accelerator:
    """The kind by its word.

    Raises UsageError for an unknown word, PredictionRefused for a kind that does not train.
    """
    known = accelerators()
    if kind not in known:
        raise UsageError(f"no kind of device {kind!r}", hint=f"There are {', '.join(known)}")
    if not known[kind].trains:
        raise PredictionRefused(f"{known[kind].name} does not train", hint=known[kind].note)
    return known[kind]


def precisions_of(kind: str, hardware_id: str | None) -> tuple[str, ...]:
    """Precisions of the kind, without those that this very device has no matrix units for."""
    lacking = {
        precision
        for precision, names in _read()[_WITHOUT].items()
        if hardware_id and any(hardware_id.startswith(name) for name in names)
    }
    return tuple(each for each in accelerator(kind).precisions if each not in lacking)


@cache
def _read() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
