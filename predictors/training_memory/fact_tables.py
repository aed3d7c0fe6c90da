"""Tables of known memory: one fact a row, as publications print them."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmart.errors import UsageError
from predictors.training_memory.fact_gpus import capacity_of

UNIT_BYTES = {"GB": 1e9, "MB": 1e6, "GiB": 2**30, "MiB": 2**20}
"""Units; a remark may follow: `GiB (printed GB)`, or `GB total` for all GPUs together."""
_UNIT = re.compile(r"([GM]i?B)\b(?:.*\b(total|all|sum)\b)?")

_NEEDED = ("fact_id", "source", "evidence", "model", "method", "gpu_mem_value", "gpu_mem_unit")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row."""

    fact_id: str
    source: str
    evidence: str
    """`measured`, `formula` (printed by an estimator), `estimated` (a rule of thumb) or `claim`."""
    model: str
    billions: float | None
    """Parameters, in thousands of millions, as the source rounds them."""
    method: str
    details: str
    precision: str
    """Bits, as the source has it."""
    quantization: str
    micro_batch: int | None
    sequence_length: int | None
    gpu_count: int
    gpu: str
    known_bytes: float | None
    """Of one GPU."""
    outcome: str
    """`ok`, `OOM`, `fits`, or a remark."""

    @property
    def is_out_of_memory(self) -> bool:
        """Whether the run failed for want of memory."""
        return self.outcome.upper() == "OOM"

    @property
    def capacity_bytes(self) -> float | None:
        """Memory of the GPU named, in bytes; None when its name does not tell."""
        return capacity_of(self.gpu)

    @property
    def words(self) -> str:
        """All that says how it was run, in lower case."""
        return f"{self.method} {self.details} {self.quantization}".lower()


def read_facts(path: Path) -> Sequence[Fact]:
    """The facts of a table in CSV.

    Raises UsageError for a file that cannot be read, lacks a column, or has a number or unit that is none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(
                    f"no column {', '.join(missing)}",
                    where=str(path),
                    hint=f"A table of facts has at least {', '.join(_NEEDED)}",
                )
            return [_fact(row, f"{path}, line {reader.line_num}") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            f"cannot be read as a table: {error}", where=str(path), hint="Give a CSV file"
        ) from error


def _fact(row: Mapping[str, str | None], where: str) -> Fact:
    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    def number(name: str) -> float | None:
        try:
            return float(text(name)) if text(name) else None
        except ValueError:
            raise UsageError(f"{name} `{text(name)}` is no number", where=where) from None

    def count(name: str) -> int | None:
        value = number(name)
        return None if value is None else int(value)

    gpus = count("n_gpus") or 1
    return Fact(
        fact_id=text("fact_id"),
        source=text("source"),
        evidence=text("evidence"),
        model=text("model"),
        billions=number("params_b"),
        method=text("method"),
        details=text("details"),
        precision=text("precision_bits"),
        quantization="" if text("quantization") == "none" else text("quantization"),
        micro_batch=count("micro_batch"),
        sequence_length=count("seq_len"),
        gpu_count=gpus,
        gpu=text("gpu"),
        known_bytes=_bytes(number("gpu_mem_value"), text("gpu_mem_unit"), gpus, text("gpu"), where),
        outcome=text("outcome"),
    )


def _bytes(value: float | None, unit: str, gpus: int, gpu: str, where: str) -> float | None:
    """Of one GPU. What one GPU could not hold is of all of them."""
    if value is None:
        return None
    found = _UNIT.match(unit)
    if found is None:
        raise UsageError(f"unknown unit `{unit}`", where=where, hint=f"There are {', '.join(UNIT_BYTES)}")
    size = value * UNIT_BYTES[found[1]]
    capacity = capacity_of(gpu)
    is_total = found[2] is not None or (capacity is not None and size > capacity)
    return size / gpus if is_total else size
