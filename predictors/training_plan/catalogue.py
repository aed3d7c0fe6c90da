"""Devices by name, from the catalogue of hardware, with a warehouse or without."""

import csv
from dataclasses import dataclass
from functools import cache

from benchmart.config import project_folder
from benchmart.errors import PredictionRefused, UsageError
from benchmart.queries.names import resolve_among

_KINDS = {"neuron": "trainium", "apu": "mps", "gpu": "cuda"}
_OF_VENDOR = {"amd": "rocm", "intel": "xpu", "apple": "mps", "nvidia": "cuda"}


@dataclass(frozen=True, slots=True)
class CatalogueDevice:
    """What the catalogue knows of a device; None is not known. Bytes, operations and bytes per second."""

    hardware_id: str
    name: str
    kind: str
    """A word of `accelerators.toml`."""
    memory_bytes: float | None
    half_flops: float | None
    """Dense peak in bf16, else fp16."""
    link_bytes_per_second: float | None
    """Both directions together."""


def catalogue_device(name: str) -> CatalogueDevice:
    """The device that a person means, by id, name or a spelling that sources have.

    Raises UsageError with the nearest names when it means none.
    """
    rows = _catalogue()
    known = _spellings() | {row["name"]: key for key, row in rows.items()} | {key: key for key in rows}
    try:
        row = rows[known[resolve_among("hardware", name, known)]]
    except UsageError as error:
        raise UsageError(f"no hardware {name!r} in the catalogue", hint=error.hint) from None
    return CatalogueDevice(
        hardware_id=row["hardware_id"],
        name=row["name"],
        kind=_kind(row),
        memory_bytes=_number(row["memory_bytes"]),
        half_flops=_number(row["bf16_flops"]) or _number(row["fp16_flops"]),
        link_bytes_per_second=_number(row["interconnect_bytes_per_second"]),
    )


def memory_of_device(device: CatalogueDevice) -> float:
    """Its memory in bytes; raises PredictionRefused where the catalogue does not know it."""
    if device.memory_bytes is None:
        raise PredictionRefused(
            f"the memory of {device.hardware_id} is not known", hint="Give --gpu-memory, such as 24GB"
        )
    return device.memory_bytes


def _kind(row: dict[str, str]) -> str:
    name, kind = row["hardware_id"], row["device_kind"] or row["kind"]
    for word in ("gaudi", "inferentia", "trainium"):
        if name.startswith(word):
            return "hpu" if word == "gaudi" else word
    if kind in {"gpu", "apu"}:
        return _OF_VENDOR.get(row["vendor"], _KINDS[kind])
    return _KINDS.get(kind, kind)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return {row["hardware_id"]: row for row in _rows("hardware_catalogue")}


@cache
def _spellings() -> dict[str, str]:
    return {
        row["alias"]: row["hardware_id"]
        for row in _rows("hardware_aliases")
        if row["hardware_id"] in _catalogue()
    }


def _rows(seed: str) -> list[dict[str, str]]:
    with (project_folder() / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
