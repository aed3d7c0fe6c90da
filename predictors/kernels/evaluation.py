"""Each device in turn is left out with its kernels and networks, and its networks are predicted from the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.kernels.devices import Gpu
from predictors.kernels.features import BYTES
from predictors.kernels.model import KernelModel, interval_of, learn
from predictors.kernels.networks import Workload, kernels_of
from predictors.kernels.operators import Floats
from predictors.kernels.parallel import option_seconds
from predictors.kernels.published import Label, read_gpus, read_kernels, read_labels
from predictors.kernels.training import MeasuredKernels

MOST_KERNELS = 40_000


@dataclass(frozen=True, slots=True)
class NetworkScore:
    """One network predicted for a device that was left out."""

    label: Label
    seconds: float
    roofline_seconds: float
    """Every kernel at the peak of its device."""
    interval_log: float | None = None
    """Logarithm of the factor to either end of its 90 % interval, from the errors on all other devices."""

    @property
    def error(self) -> float:
        """Relative."""
        return abs(self.seconds / self.label.seconds - 1)

    @property
    def log_error(self) -> float:
        """Logarithm of predicted over measured."""
        return float(np.log(self.seconds / self.label.seconds))

    @property
    def is_inside(self) -> bool | None:
        """Whether the interval holds what was measured."""
        return None if self.interval_log is None else abs(self.log_error) <= self.interval_log


def evaluate(
    folder: Path, seeds: Sequence[int] = (0, 1), most_kernels: int = MOST_KERNELS
) -> Iterator[list[NetworkScore]]:
    """Scores device by device, first without intervals; they follow in one last list of all, with intervals.

    Devices of equal data sheets leave together only when they have one name. Raises PredictionRefused for a folder that
    lacks a table.
    """
    gpus, labels = read_gpus(folder), read_labels(folder)
    measured = read_kernels(folder, gpus, most_kernels)
    scores: list[NetworkScore] = []
    for device in dict.fromkeys(label.device for label in labels if label.device in gpus):
        model = _learn_without(device, measured, labels, gpus, seeds)
        own = [_score(model, label, gpus[device]) for label in labels if label.device == device]
        scores += own
        yield own
    yield with_intervals(scores)


def with_intervals(scores: Sequence[NetworkScore]) -> list[NetworkScore]:
    """Each device's intervals from the errors on the other devices, unsplit and eager networks only."""
    errors: dict[str, Floats] = {
        device: np.array(
            [score.log_error for score in scores if score.label.device == device and _is_plain(score)]
        )
        for device in dict.fromkeys(score.label.device for score in scores if _is_plain(score))
    }
    widths = {
        device: interval_of({name: own for name, own in errors.items() if name != device})
        for device in {score.label.device for score in scores}
    }
    return [replace(score, interval_log=widths[score.label.device]) for score in scores]


def roofline_seconds(workload: Workload, gpu: Gpu) -> float:
    """Every kernel at the peak of its device, whichever of compute and memory takes longer."""
    return sum(
        kernel.count * max(kernel.flops / gpu.peak_flops, BYTES * kernel.elements / gpu.bandwidth)
        for kernel in kernels_of(workload)
    )


def _is_plain(score: NetworkScore) -> bool:
    return not score.label.option


def _learn_without(
    device: str,
    measured: MeasuredKernels,
    labels: Sequence[Label],
    gpus: Mapping[str, Gpu],
    seeds: Sequence[int],
) -> KernelModel:
    others = np.flatnonzero(np.array([gpu.name != device for gpu in measured.gpus]))
    networks = [
        label.measured_on(gpus[label.device])
        for label in labels
        if label.device != device and label.device in gpus and not label.option
    ]
    if not len(others):
        raise PredictionRefused(f"there is no other device than {device} to learn from")
    return learn(measured.keep(others), networks, seeds)


def _score(model: KernelModel, label: Label, gpu: Gpu) -> NetworkScore:
    def on_one(workload: Workload, device: Gpu) -> float:
        return float(model.network_seconds([(workload, device)])[0])

    return NetworkScore(
        label,
        option_seconds(label.option, label.workload, gpu, on_one),
        option_seconds(label.option, label.workload, gpu, roofline_seconds),
    )
