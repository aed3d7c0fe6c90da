"""Efficiencies learned from single kernels and from times of whole networks at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from predictors.kernels.devices import Gpu, gpus_by_row
from predictors.kernels.efficiency import Efficiency, Inputs, inputs_of
from predictors.kernels.networks import Workload, kernels_of
from predictors.kernels.operators import PRODUCTS, Floats, KernelTable, table_of

_STEPS = 400
_BATCH = 1_024
_RATE = 1e-2
_NETWORK_WEIGHT = 2.0
_POWER_PRIOR = 0.02
_SESSION_PRIOR = 0.1
_LARGE_PRODUCT = 5e8
_LARGE_PRODUCT_WEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class MeasuredKernels:
    """Kernels that were measured alone."""

    kernels: KernelTable
    gpus: tuple[Gpu, ...]
    """Of each kernel."""
    sessions: NDArray[np.int64]
    """Which of them were measured in one go: clocks and heat differ between benchmarks."""
    seconds: Floats

    def keep(self, chosen: NDArray[np.int64]) -> "MeasuredKernels":
        """Some of the kernels."""
        return MeasuredKernels(
            self.kernels.take(chosen),
            tuple(self.gpus[row] for row in chosen),
            self.sessions[chosen],
            self.seconds[chosen],
        )


@dataclass(frozen=True, slots=True)
class MeasuredNetwork:
    """One network that was measured on one device."""

    workload: Workload
    gpu: Gpu
    seconds: float


@dataclass(frozen=True, slots=True)
class Networks:
    """Kernels of several networks, and which network each is of."""

    inputs: Inputs
    counts: Tensor
    owner: Tensor
    network_count: int

    def seconds(self, model: Efficiency) -> Tensor:
        """Of each network, the sum over its kernels."""
        each = model.seconds_in_a_row(self.inputs) * self.counts
        return torch.zeros(self.network_count).index_add(0, self.owner, each)


def networks_of(asked: Sequence[tuple[Workload, Gpu]]) -> Networks:
    """All kernels of all networks. Raises PredictionRefused for a network whose kernels are not known."""
    lists = [kernels_of(workload) for workload, _ in asked]
    sizes = [len(kernels) for kernels in lists]
    table = table_of([kernel for kernels in lists for kernel in kernels])
    gpus = [gpu for (_, gpu), size in zip(asked, sizes, strict=True) for _ in range(size)]
    return Networks(
        inputs_of(table, gpus_by_row(gpus)),
        torch.as_tensor(table.count, dtype=torch.float32),
        torch.as_tensor(np.repeat(np.arange(len(asked)), sizes)),
        len(asked),
    )


def train(measured: MeasuredKernels, networks: Sequence[MeasuredNetwork], seed: int) -> Efficiency:
    """Least absolute error of logarithms, of kernels drawn with large products more often and of all networks.

    Each session has a factor of its own, which networks do not have: kernels tell how efficiency depends on shapes,
    networks how fast the device is in the long run. The same data and seed give the same weights on one machine.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    inputs = inputs_of(measured.kernels, gpus_by_row(measured.gpus))
    targets = torch.as_tensor(np.log(measured.seconds), dtype=torch.float32)
    sessions = torch.as_tensor(measured.sessions)
    asked = networks_of([(each.workload, each.gpu) for each in networks])
    network_targets = torch.as_tensor(np.log([each.seconds for each in networks]), dtype=torch.float32)
    weights = _sampling_weights(measured.kernels)
    model = Efficiency(inputs.features.shape[1])
    session_factors = nn.Parameter(torch.zeros(int(sessions.max()) + 1))
    optimizer = torch.optim.Adam([*model.parameters(), session_factors], lr=_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=_STEPS)
    for _ in range(_STEPS):
        rows = torch.multinomial(weights, _BATCH, replacement=True, generator=generator)
        predicted = torch.log(model.kernel_seconds(inputs.take(rows))) + session_factors[sessions[rows]]
        loss = (predicted - targets[rows]).abs().mean()
        loss = loss + _NETWORK_WEIGHT * (torch.log(asked.seconds(model)) - network_targets).abs().mean()
        loss = loss + _POWER_PRIOR * model.far_from_expected() + _SESSION_PRIOR * (session_factors**2).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return model.eval()


def _sampling_weights(kernels: KernelTable) -> Tensor:
    is_large = (kernels.kind < len(PRODUCTS)) & (kernels.flops > _LARGE_PRODUCT)
    return torch.as_tensor(np.where(is_large, _LARGE_PRODUCT_WEIGHT, 1.0))
