"""What four numbers of a model say: a roofline without operators, and features that any result has."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from predictors.contract import HardwareFacts
from predictors.performance.hardware import element_bytes, matrix_rate
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]

# A step of training is the forward pass and about twice as much again for gradients of inputs and of weights.
TRAINING_WORK = 3.0


def rates(rows: Rows, hardware: Mapping[str, HardwareFacts]) -> tuple[Floats, Floats]:
    """Operations and bytes a second of each row's device in its precision; NaN where they are not known."""
    pairs = dict.fromkeys(zip(rows.hardware, rows.precision, strict=True))
    known: dict[tuple[str, str], tuple[float, float]] = {}
    for device, precision in pairs:
        facts = hardware.get(device)
        rate = None if facts is None else matrix_rate(facts, precision)
        bandwidth = None if facts is None else facts.memory_bandwidth
        known[device, precision] = (rate or np.nan, bandwidth or np.nan)
    found = [known[pair] for pair in zip(rows.hardware, rows.precision, strict=True)]
    table = np.array(found, dtype=float).reshape(len(rows), 2)
    return table[:, 0], table[:, 1]


def work(rows: Rows) -> Floats:
    """How often the forward pass's work is done in a step: 1 for inference, 3 for training."""
    return np.where(rows.mode == "training", TRAINING_WORK, 1.0)


def sizes_of_elements(rows: Rows) -> Floats:
    """Bytes of an activation in each row's precision."""
    known = {precision: element_bytes(precision) for precision in set(rows.precision)}
    return np.array([known[precision] for precision in rows.precision], dtype=float)


def roofline_seconds(rows: Rows, hardware: Mapping[str, HardwareFacts]) -> Floats:
    """Seconds of one item: arithmetic or traffic, whichever takes longer (Williams et al. 2009).

    Each activation is written once and read once, and the parameters are read once a step.
    """
    rate, bandwidth = rates(rows, hardware)
    traffic = sizes_of_elements(rows) * (2 * rows.activations + rows.parameters / rows.batch_size)
    return work(rows) * np.fmax(2 * rows.macs / rate, traffic / bandwidth)


def coarse_features(rows: Rows, hardware: Mapping[str, HardwareFacts]) -> tuple[Floats, tuple[str, ...]]:
    """Shape (rows, features), NaN where something is not known, and the names of the features.

    Devices appear only as ratios: trees would learn three devices by heart and say nothing of a fourth.
    """
    rate, bandwidth = rates(rows, hardware)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns: dict[str, Floats] = {
            "log_macs": np.log(rows.macs),
            "log_activations": np.log(rows.activations),
            "log_parameters": np.log(rows.parameters),
            "log_macs_per_activation": np.log(rows.macs / rows.activations),
            "log_macs_per_parameter": np.log(rows.macs / rows.parameters),
            "image_size": rows.image_size,
            "log_batch": np.log(rows.batch_size),
            "log_batch_activations": np.log(rows.batch_size * rows.activations),
            "log_balance": np.log(rate / bandwidth),
            "log_intensity_over_balance": np.log(rows.macs / rows.activations * bandwidth / rate),
            "is_training": (rows.mode == "training").astype(float),
            "is_compiled": (~np.isin(rows.compiler, ("eager", ""))).astype(float),
            "is_channels_last": (rows.memory_format == "nhwc").astype(float),
            "is_mixed": np.array([name.startswith("amp") for name in rows.precision], dtype=float),
            "is_brain_float": np.array(["bf16" in name for name in rows.precision], dtype=float),
            "version": rows.version,
        }
    return np.column_stack(list(columns.values())), tuple(columns)
