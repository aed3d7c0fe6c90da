"""Published measurements of kernels and networks: a folder as NeuSight's repository has it (arXiv 2407.13853)."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmart.config import project_folder
from benchmart.errors import PredictionRefused
from predictors.kernels.devices import Gpu
from predictors.kernels.networks import Workload
from predictors.kernels.operators import KINDS, Floats, KernelTable
from predictors.kernels.training import MeasuredKernels, MeasuredNetwork

_TENSORS = {"add": 3, "mul": 3, "div": 3, "addu": 2, "mulu": 2, "divu": 2, "relu": 2, "gelu": 2, "tanh": 2}
"""Element-wise operators and how many tensors each reads and writes. Powers are left out: networks only square."""
_ROWWISE = {"softmax": "softmax", "ln": "norm"}
_COLUMNS = ("part", "op", "device", "latency_ms", "b", "m", "n", "k", "h")
_MODES = {"inf": "inference", "train": "training"}
_RIVALS = ("neusight", "roofline", "habitat", "li_et_al")


@dataclass(frozen=True, slots=True)
class Label:
    """One network that was measured, with what others predicted for it."""

    device: str
    model: str
    workload: Workload
    option: str
    """Empty, `fusion`, or how it is split over devices: dp4, tp4, pp4_1."""
    seconds: float
    rivals: Mapping[str, float | None]
    """Seconds predicted by the published methods; to compare with, never to learn from."""

    def measured_on(self, gpu: Gpu) -> MeasuredNetwork:
        """As something to learn from."""
        return MeasuredNetwork(self.workload, gpu, self.seconds)


def read_gpus(folder: Path) -> dict[str, Gpu]:
    """Devices of devices.csv by name; power, year and links come from the project's hardware catalogue."""
    catalogue = _catalogue()
    return {row["device"]: _gpu(row, catalogue) for row in _rows(folder / "devices.csv")}


def read_labels(folder: Path) -> list[Label]:
    """The networks of end_to_end.csv whose configuration is in model_configs/."""
    configurations = {
        path.stem: json.loads(path.read_text()) for path in (folder / "model_configs").glob("*.json")
    }
    rows = list(_rows(folder / "end_to_end.csv"))
    return [_label(row, configurations[row["model"]]) for row in rows if row["model"] in configurations]


def read_kernels(folder: Path, gpus: Mapping[str, Gpu], most: int, seed: int = 0) -> MeasuredKernels:
    """At most `most` kernels of kernels.parquet, drawn with a fixed seed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "kernels.parquet"
    try:
        table = pq.read_table(path, columns=list(_COLUMNS))
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        raise PredictionRefused(f"no table of kernels: {error}", where=str(path)) from error
    drawn = np.sort(np.random.default_rng(seed).permutation(len(table))[: 2 * most])
    table = table.take(pa.array(drawn))
    operators, devices, parts = (np.array(table[name].to_pylist()) for name in ("op", "device", "part"))
    kinds = np.array([_kind(operator) for operator in operators])
    known = np.flatnonzero((kinds >= 0) & np.isin(devices, list(gpus)))[:most]
    number = {name: np.nan_to_num(table[name].to_numpy().astype(np.float64)) for name in "bmnkh"}
    kernels = _kernels(
        kinds[known], operators[known], {name: column[known] for name, column in number.items()}
    )
    is_product = [operator if operator in {"bmm", "linear"} else "other" for operator in operators[known]]
    sessions = np.unique(
        ["/".join(names) for names in zip(devices[known], parts[known], is_product, strict=True)],
        return_inverse=True,
    )[1]
    seconds = table["latency_ms"].to_numpy()[known] / 1e3
    return MeasuredKernels(kernels, tuple(gpus[device] for device in devices[known]), sessions, seconds)


def _kind(operator: str) -> int:
    """Index into KINDS; -1 for what networks here have not."""
    if operator in {"linear", "bmm"}:
        return KINDS.index("matmul" if operator == "linear" else "batched_matmul")
    name = "elementwise" if operator in _TENSORS else _ROWWISE.get(operator)
    return KINDS.index(name) if name else -1


def _kernels(kinds: Any, operators: Any, number: Mapping[str, Floats]) -> KernelTable:
    """In these tables n is what a product sums over."""
    b, m, n, k, h = (number[name] for name in "bmnkh")
    is_product = kinds <= KINDS.index("batched_matmul")
    tensors = np.array([_TENSORS.get(operator, 2) for operator in operators])
    return KernelTable(
        kinds.astype(np.int64),
        np.where(is_product, b, 1.0),
        np.where(is_product, m, b),
        np.where(is_product, k, h),
        np.where(is_product, n, 0.0),
        np.where(is_product, b * (m * n + n * k + m * k), tensors * b * h),
        np.ones(len(kinds)),
    )


def _label(row: Mapping[str, str], configuration: Mapping[str, Any]) -> Label:
    workload = Workload(configuration, _MODES[row["mode"]], int(row["batch"]), int(row["seq_len"]))
    rivals = {name: float(value) / 1e3 if (value := row[f"{name}_pred_ms"]) else None for name in _RIVALS}
    return Label(
        row["device"], row["model"], workload, row["option"], float(row["e2e_latency_ms"]) / 1e3, rivals
    )


def _gpu(row: Mapping[str, str], catalogue: Mapping[str, Mapping[str, str]]) -> Gpu:
    """Products run on the matrix unit where there is one for single precision."""
    known = catalogue.get(_spelled(row["Device"]), {})
    dies = 2 if "two dies" in known.get("notes", "") else 1
    tdp, year, link = (
        float(known[name]) if known.get(name) else None
        for name in ("tdp_watts", "year", "interconnect_bytes_per_second")
    )
    return Gpu(
        row["device"],
        "amd" if row["SingleFLOPsMM"] else "nvidia",
        float(row["SingleFLOPsMM"] or row["SingleFLOPs"]) * 1e9,
        float(row["Mem_Bw"]) * 1e9,
        float(row["Num_Sm"]),
        tdp / dies if tdp else None,
        year,
        link,
    )


def _catalogue() -> dict[str, dict[str, str]]:
    """Rows of the hardware catalogue by every spelling that the project knows."""
    seeds = project_folder() / "seeds"
    rows = {row["hardware_id"]: row for row in _rows(seeds / "hardware_catalogue.csv")}
    named = {_spelled(row["name"]): row for row in rows.values()}
    aliases = {row["alias"]: rows[row["hardware_id"]] for row in _rows(seeds / "hardware_aliases.csv")}
    return named | aliases


def _spelled(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            yield from csv.DictReader(lines)
    except OSError as error:
        raise PredictionRefused(f"cannot be read: {error.strerror}", where=str(path)) from error
