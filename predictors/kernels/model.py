"""Latency of kernels and transformer networks on GPUs, learned from other GPUs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmart.errors import PredictionRefused
from predictors.kernels.devices import Gpu, gpus_by_row
from predictors.kernels.efficiency import Efficiency, inputs_of
from predictors.kernels.networks import Workload
from predictors.kernels.operators import Floats, Kernel, table_of
from predictors.kernels.training import MeasuredKernels, MeasuredNetwork, networks_of, train

LEVEL = 0.9
_FORMAT = "kernel efficiency 1"


@dataclass(frozen=True, slots=True)
class KernelModel:
    """An ensemble of efficiencies; `learn` makes it, `load` brings it back."""

    members: tuple[Efficiency, ...]
    interval_log: float | None = None
    """Logarithm of the factor to either end of a 90 % interval on an unseen device; None when it was not worked out."""

    def kernel_seconds(self, kernels: Sequence[Kernel], gpu: Gpu) -> Floats:
        """Of one launch of each kernel measured alone."""
        inputs = inputs_of(table_of(kernels), gpus_by_row([gpu] * len(kernels)))
        with torch.no_grad():
            logs = [torch.log(member.kernel_seconds(inputs)).numpy() for member in self.members]
        return np.asarray(np.exp(np.mean(logs, axis=0)), dtype=np.float64)

    def network_seconds(self, asked: Sequence[tuple[Workload, Gpu]]) -> Floats:
        """Of one step of each network on its device. Raises PredictionRefused for a network that is not known."""
        if not asked:
            return np.zeros(0)
        networks = networks_of(asked)
        with torch.no_grad():
            logs = [torch.log(networks.seconds(member)).numpy() for member in self.members]
        return np.asarray(np.exp(np.mean(logs, axis=0)), dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write it as safetensors."""
        from safetensors.torch import save_file

        weights = {
            f"{number}.{name}": tensor.contiguous()
            for number, member in enumerate(self.members)
            for name, tensor in member.state_dict().items()
        }
        save_file(weights, path, {"format": _FORMAT, "interval_log": json.dumps(self.interval_log)})


def learn(
    measured: MeasuredKernels, networks: Sequence[MeasuredNetwork], seeds: Sequence[int] = (0, 1)
) -> KernelModel:
    """Learn from kernels and networks of several devices, one member for each seed.

    Raises PredictionRefused when there is nothing to learn from, or a time is not positive.
    """
    seconds = np.concatenate([measured.seconds, [each.seconds for each in networks]])
    if not len(measured.seconds) or not networks:
        raise PredictionRefused("kernels and networks of at least one device are needed to learn from")
    if not (np.isfinite(seconds) & (seconds > 0)).all():
        raise PredictionRefused(
            "the time of a kernel or network is not a positive number", hint="Leave it out"
        )
    return KernelModel(tuple(train(measured, networks, seed) for seed in seeds))


def interval_of(residuals: Mapping[str, Floats]) -> float | None:
    """The logarithm of the factor to either end of a 90 % interval, from log errors of devices that were left out.

    Mean square error within a device, averaged over devices, holds the device's own bias: the variance between devices
    and within. Times Student's t with one degree of freedom less than devices. None for fewer than two of them.
    """
    from scipy.stats import t

    if len(residuals) < 2:  # noqa: PLR2004 - a variance takes two
        return None
    squares = [float((np.asarray(own) ** 2).mean()) for own in residuals.values()]
    return float(t.ppf((1 + LEVEL) / 2, len(squares) - 1) * np.sqrt(np.mean(squares)))


def load(path: Path) -> KernelModel:
    """A saved model. Raises PredictionRefused when `path` does not hold one."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            about = file.metadata() or {}
            if about.get("format") != _FORMAT:
                raise PredictionRefused(f"its format is not {_FORMAT!r}", where=str(path))
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        numbers = sorted({int(name.split(".", 1)[0]) for name in weights})
        members = tuple(_member(weights, f"{number}.") for number in numbers)
        return KernelModel(members, json.loads(about["interval_log"]))
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise PredictionRefused(
            "this is no saved kernel model", where=str(path), hint="Train it again"
        ) from error


def _member(weights: Mapping[str, torch.Tensor], prefix: str) -> Efficiency:
    own = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}
    member = Efficiency(own["body.0.weight"].shape[1])
    member.load_state_dict(own)
    return member.eval()
