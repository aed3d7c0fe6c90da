"""A network that says what share of its limits each operator reaches, trained on times of whole models.

Time of an operator = max(arithmetic / (rate u), traffic / (bandwidth v)) + launch, where u and v lie in (0, 1)
and come from a small network of the operator's shape and the row's condition (the form of NeuSight, arXiv 2407.13853).
Only sums over a model were ever measured, and the sums are what it is trained on, end to end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.operators import CATEGORIES, OperatorTable
from predictors.performance.physics import Expanded, expand
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

_HIDDEN = 40
_BATCH = 256
_RATE = 4e-3
_LITTLE = 1e-15
# Efficiencies below this are not looked for: an operator that slow is bound by something else.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the network reads: rows, their operators, and the two limits of each operator."""

    start: Index
    """Where the operators of each row begin, and the end; shape (rows + 1,)."""
    operator: Singles
    """Shape (operators of all rows, features)."""
    condition: Singles
    """Shape (rows, features)."""
    limits: Singles
    """Seconds of arithmetic, traffic and launch; shape (operators of all rows, 3)."""


def inputs(rows: Rows, profile: Index, table: OperatorTable, hardware: Mapping[str, HardwareFacts]) -> Inputs:
    """Features of the operators of each row."""
    expanded = expand(rows, profile, table, hardware)
    start = np.searchsorted(expanded.row, np.arange(len(rows) + 1)).astype(np.int64)
    limits = np.column_stack([expanded.compute, expanded.traffic, expanded.launch])
    return Inputs(
        start,
        _operator_inputs(expanded, table).astype(np.float32),
        _condition_inputs(rows, hardware).astype(np.float32),
        limits.astype(np.float32),
    )


def _operator_inputs(expanded: Expanded, table: OperatorTable) -> Floats:
    """Features of about unit size."""
    at = expanded.operator
    inner, outer = table.inner[at], table.outer[at]
    one_hot = np.eye(len(CATEGORIES))[table.category[at]]
    ratio = np.log10((expanded.compute + _LITTLE) / (expanded.traffic + _LITTLE))
    return np.column_stack(
        [
            one_hot,
            np.log2(inner) / 5 - 1,
            np.log2(outer) / 5 - 1,
            np.log2(table.places[at]) / 6 - 1,
            np.log2(table.parallel[at]) / 5,
            (inner % 8 == 0) & (outer % 8 == 0),
            (inner % 32 == 0) & (outer % 32 == 0),
            (outer % 64 == 0),
            np.clip(ratio, -3, 2),
            np.clip(expanded.resident, -5, 3) / 2,
            expanded.waves,
        ]
    )


def _condition_inputs(rows: Rows, hardware: Mapping[str, HardwareFacts]) -> Floats:
    is_cpu = [device in hardware and hardware[device].kind == "cpu" for device in rows.hardware]
    return np.column_stack(
        [
            ~np.isin(rows.compiler, ("eager", "")),
            rows.memory_format == "nhwc",
            rows.mode == "training",
            [name.startswith("amp") for name in rows.precision],
            ["bf16" in name for name in rows.precision],
            is_cpu,
            np.clip(np.nan_to_num(rows.version, nan=2.0) - 2, -0.9, 0.3) * 3,
            np.log2(rows.batch_size) / 10,
        ]
    ).astype(float)


@dataclass(frozen=True, slots=True)
class EfficiencyNetwork:
    """Trained weights, by name, as arrays."""

    weights: Mapping[str, Singles]

    def log_seconds(self, given: Inputs) -> Floats:
        """Log seconds of one item, shape (rows,)."""
        lengths = np.diff(given.start)
        row = np.repeat(np.arange(len(lengths)), lengths)
        w = self.weights
        hidden = given.operator @ w["operator"] + (given.condition @ w["condition"] + w["bias_0"])[row]
        hidden = np.maximum(hidden, 0) @ w["inner"] + w["bias_1"]
        raw = np.maximum(hidden, 0) @ w["outer"] + w["bias_2"]
        share = _LEAST + (1 - _LEAST) / (1 + np.exp(-raw[:, :2]))
        seconds = np.maximum(given.limits[:, 0] / share[:, 0], given.limits[:, 1] / share[:, 1])
        seconds = seconds + given.limits[:, 2] * np.exp(np.clip(raw[:, 2], -6, 3))
        logarithms: Floats = np.log(np.bincount(row, weights=seconds, minlength=len(lengths)) + _LITTLE)
        return logarithms


def fit_efficiency(
    given: Inputs, target: Floats, chosen: Index, *, seed: int, epochs: int = 10
) -> EfficiencyNetwork:
    """Trains on the chosen rows.

    Args:
        given: Inputs of all rows.
        target: Log seconds of one item, shape (rows,).
        chosen: Rows to learn from.
        seed: Of the weights and of the order.
        epochs: How often each row is looked at.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    shapes = {
        "operator": (given.operator.shape[1], _HIDDEN),
        "condition": (given.condition.shape[1], _HIDDEN),
        "bias_0": (_HIDDEN,),
        "inner": (_HIDDEN, _HIDDEN),
        "bias_1": (_HIDDEN,),
        "outer": (_HIDDEN, 3),
        "bias_2": (3,),
    }
    weights: dict[str, torch.Tensor] = {}
    for name, shape in shapes.items():
        scale = 0.0 if name.startswith("bias") else (0.3 if name == "outer" else 1.0) * (2 / shape[0]) ** 0.5
        weights[name] = (torch.randn(shape, generator=generator) * scale).requires_grad_()
    steps = epochs * (len(chosen) // _BATCH + 1)
    optimizer = torch.optim.Adam(weights.values(), lr=_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2 * _RATE, total_steps=steps)
    order = np.random.default_rng(seed)
    goal = torch.tensor(target, dtype=torch.float32)
    done = 0
    while done < steps:
        shuffled = order.permutation(chosen)
        for begin in range(0, len(shuffled), _BATCH):
            if done == steps:
                break
            rows = shuffled[begin : begin + _BATCH]
            optimizer.zero_grad()
            error = _log_seconds(weights, given, rows) - goal[rows]
            loss = torch.nn.functional.smooth_l1_loss(error, torch.zeros_like(error), beta=0.1)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            done += 1
    return EfficiencyNetwork({name: each.detach().numpy().copy() for name, each in weights.items()})


def _log_seconds(weights: Mapping[str, Any], given: Inputs, rows: Index) -> Any:
    """The same as EfficiencyNetwork.log_seconds, for torch and some of the rows."""
    import torch

    lengths = given.start[rows + 1] - given.start[rows]
    ends = np.cumsum(lengths)
    at = np.arange(ends[-1]) + np.repeat(given.start[rows] - ends + lengths, lengths)
    row = torch.from_numpy(np.repeat(np.arange(len(rows)), lengths))
    condition = torch.from_numpy(given.condition[rows]) @ weights["condition"] + weights["bias_0"]
    hidden = torch.relu(torch.from_numpy(given.operator[at]) @ weights["operator"] + condition[row])
    hidden = torch.relu(hidden @ weights["inner"] + weights["bias_1"])
    raw = hidden @ weights["outer"] + weights["bias_2"]
    share = _LEAST + (1 - _LEAST) * torch.sigmoid(raw[:, :2])
    limits = torch.from_numpy(given.limits[at])
    seconds = torch.maximum(limits[:, 0] / share[:, 0], limits[:, 1] / share[:, 1])
    seconds = seconds + limits[:, 2] * torch.exp(torch.clamp(raw[:, 2], -6, 3))
    return torch.log(torch.zeros(len(rows)).index_add(0, row, seconds) + _LITTLE)
