"""Devices that may be chosen: catalogue rows with their price, with a warehouse or without."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from benchmart.config import project_folder
from predictors.contract import HardwareFacts
from predictors.performance.hardware import load_hardware, matrix_rate

_WORDS = "select hardware_id, {name}, coalesce(device_kind, kind), int8_ops from dim_hardware"
_KINDS: Mapping[str, tuple[str, ...]] = {
    "qualcomm": ("qnn",),
    "gaudi": ("hpu",),
    "trainium": ("neuron",),
    "inferentia": ("neuron",),
}
"""Words for kinds of devices beside those of the catalogue."""
BACKENDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "openvino": ("intel", ("cpu", "xpu")),
}
"""Runtimes that stand for hardware: the vendor and the kinds of devices that they run on.

OpenVINO's supported devices: docs.openvino.ai, System Requirements (Intel CPU and GPU).
"""


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the catalogue, or one that has results."""

    facts: HardwareFacts
    name: str
    device_kind: str | None
    """`cpu`, `cuda`, `rocm`, `mps`, `xpu`, `tpu`, `hpu`, `neuron`, `qnn` or `other`."""
    int8_ops: float | None = None
    """Dense peak, operations a second."""
    price_per_hour: float | None = None
    price_note: str = ""
    """Currency, provider and date of the price."""

    @property
    def hardware_id(self) -> str:
        """Its id in the catalogue."""
        return self.facts.hardware_id


def load_devices(connection: duckdb.DuckDBPyConnection | None) -> dict[str, Device]:
    """All devices by id: of a built warehouse, or of the catalogue alone where nothing has been built."""
    if connection is not None:
        return _devices(connection, "hardware_name")
    with duckdb.connect() as empty:
        table = empty.read_csv(str(_seed("hardware_catalogue")))
        table.create_view("dim_hardware")
        return _devices(empty, "name")


def _devices(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Device]:
    facts, prices = load_hardware(connection), _prices()
    rows = connection.execute(_WORDS.format(name=name)).fetchall()
    return {
        hardware_id: Device(
            facts[hardware_id], label or hardware_id, kind, int8, *prices.get(hardware_id, (None, ""))
        )
        for hardware_id, label, kind, int8 in rows
    }


@cache
def _prices() -> Mapping[str, tuple[float, str]]:
    with _seed("hardware_prices").open(encoding="utf-8", newline="") as file:
        return {
            row["hardware_id"]: (
                float(row["price_per_hour"]),
                f"{row['currency']}, {row['provider']}, {row['as_of']}",
            )
            for row in csv.DictReader(file)
        }


def _seed(name: str) -> Path:
    return project_folder() / "seeds" / f"{name}.csv"


def is_named(device: Device, word: str) -> bool:
    """Whether a word means this device: its id, its name, or its kind."""
    plain = _plain(word)
    if plain in {_plain(device.hardware_id), _plain(device.name)} or word == device.device_kind:
        return True
    vendor, kinds = BACKENDS.get(word, (None, ()))
    if vendor and device.facts.vendor == vendor and device.device_kind in kinds:
        return True
    return device.device_kind in _KINDS.get(word, ()) or word == device.facts.kind


@cache
def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def words(devices: Mapping[str, Device]) -> tuple[str, ...]:
    """All words that mean a device or a kind of them."""
    kinds = {each.device_kind for each in devices.values()} | {each.facts.kind for each in devices.values()}
    return (*devices, *sorted(kind for kind in kinds if kind), *_KINDS, *BACKENDS)


def exceeded(devices: Sequence[Device], precision: str) -> set[str]:
    """Ids of devices that another of the same kind and vendor exceeds, or equals, in memory, bandwidth and rates."""
    points: dict[tuple[str | None, str | None], list[tuple[str, tuple[float, ...]]]] = {}
    for each in devices:
        facts = each.facts
        rates = (
            facts.memory_bytes,
            facts.memory_bandwidth,
            matrix_rate(facts, precision),
            matrix_rate(facts, "fp16"),
        )
        of_kind = points.setdefault((each.device_kind, facts.vendor), [])
        of_kind.append((each.hardware_id, tuple(rate or 0.0 for rate in rates)))
    return {name for of_kind in points.values() for name in _behind(sorted(of_kind))}


def _behind(points: Sequence[tuple[str, tuple[float, ...]]]) -> list[str]:
    """Names whose numbers another point reaches in all; of equal points, all but the first."""
    import numpy as np

    numbers = np.array([each for _, each in points])
    reached = (numbers[None] >= numbers[:, None]).all(axis=2)
    is_first = np.tri(len(points), k=-1, dtype=bool)
    is_behind = (reached & (~reached.T | is_first)).any(axis=1)
    return [points[at][0] for at in np.flatnonzero(is_behind).tolist()]
