"""Devices as the catalogue and public measurements tell them, and the rates that one precision gets from them."""

import csv
from collections.abc import Mapping
from pathlib import Path

import duckdb

from predictors.contract import HardwareFacts

_PRECISIONS = ("fp32", "tf32", "fp16", "bf16", "fp8")
_SUSTAINED = ("fp32", "fp16", "bf16")
_LIMITS = Path(__file__).parents[2] / "seeds" / "hardware_limits.csv"

# What large matrix products get of the peak where nobody measured it: devices of the catalogue lie between 0.5 and 1.1.
_USUAL_SHARE = 0.85


def load_hardware(connection: duckdb.DuckDBPyConnection) -> dict[str, HardwareFacts]:
    """Every device of the catalogue or with results, by its id."""
    limits = _limits(connection)
    sql = """
        select
            hardware_id, vendor, kind, device_kind, memory_bytes, memory_bandwidth_bytes_per_second, fp32_flops,
            tf32_flops, fp16_flops, bf16_flops, fp8_flops, tdp_watts, year, confidence
        from dim_hardware
    """
    return {row[0]: _facts(row, limits.get(row[0], {})) for row in connection.execute(sql).fetchall()}


def _limits(connection: duckdb.DuckDBPyConnection) -> dict[str, Mapping[str, str]]:
    """Rows of the seed `hardware_limits`: from the warehouse, or from the project where an older one lacks it."""
    known = connection.execute(
        "select table_schema from information_schema.tables where table_name = 'hardware_limits'"
    ).fetchone()
    if known is None:
        if not _LIMITS.exists():
            return {}
        with _LIMITS.open(encoding="utf-8", newline="") as file:
            return {row["hardware_id"]: row for row in csv.DictReader(file)}
    found = connection.execute(f'select * from "{known[0]}".hardware_limits')  # noqa: S608 - a schema of the warehouse
    names = [column[0] for column in found.description or ()]
    rows = [
        dict(zip(names, ("" if cell is None else str(cell) for cell in row), strict=True))
        for row in found.fetchall()
    ]
    return {row["hardware_id"]: row for row in rows}


def _facts(row: tuple[object, ...], limits: Mapping[str, str]) -> HardwareFacts:
    numbers = [None if cell is None else float(str(cell)) for cell in row[4:13]]
    peaks = {name: peak for name, peak in zip(_PRECISIONS, numbers[2:7], strict=True) if peak}
    sustained = {
        name: float(limits[f"sustained_{name}_flops"])
        for name in _SUSTAINED
        if limits.get(f"sustained_{name}_flops")
    }
    return HardwareFacts(
        hardware_id=str(row[0]),
        vendor=None if row[1] is None else str(row[1]),
        kind=_kind(row[2], row[3]),
        memory_bytes=numbers[0],
        memory_bandwidth=numbers[1],
        peak_flops=peaks,
        sustained_flops=sustained,
        cache_bytes=float(limits["cache_bytes"]) if limits.get("cache_bytes") else None,
        unit_count=int(float(limits["unit_count"])) if limits.get("unit_count") else None,
        tdp_watts=numbers[7],
        year=None if numbers[8] is None else int(numbers[8]),
        confidence=None if row[13] is None else str(row[13]),
    )


def _kind(kind: object, device_kind: object) -> str | None:
    if kind is not None:
        return str(kind)
    return {"cuda": "gpu", "rocm": "gpu", "cpu": "cpu"}.get(str(device_kind))


def matrix_rate(facts: HardwareFacts, precision: str) -> float | None:
    """Operations a second that large matrix products keep up in a precision; None when nothing is known.

    A measured rate comes before a peak, which is taken down to what devices usually keep of it. Rates measured above
    the peak (clocks above the nominal one) count as measured.
    """
    for name in _names_of(precision):
        if facts.sustained_flops.get(name):
            return facts.sustained_flops[name]
        if facts.peak_flops.get(name):
            return facts.peak_flops[name] * _USUAL_SHARE
    return None


def element_bytes(precision: str) -> float:
    """Bytes of one activation."""
    return 2.0 if "16" in precision else 1.0 if "8" in precision else 4.0


def _names_of(precision: str) -> tuple[str, ...]:
    """The columns that hold the rate of a precision, best first; a device without matrix units falls back to fp32."""
    if "bf16" in precision:
        return ("bf16", "fp16", "fp32")
    if "16" in precision:
        return ("fp16", "bf16", "fp32")
    if "8" in precision:
        return ("fp8", "fp16", "fp32")
    return ("tf32", "fp32") if precision == "tf32" else ("fp32",)
