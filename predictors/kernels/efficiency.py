"""Time of a kernel by physics, with efficiencies between 0 and 1 that a small network learns."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from predictors.kernels.devices import GpuTable
from predictors.kernels.features import BYTES, features_of
from predictors.kernels.operators import KINDS, KernelTable

_HIDDEN = 32
_SHARPNESS = 8
"""Of the maximum of three times, an 8-norm: limits that are close to each other slow each other down."""
_FLOPS_A_WATT_IN_2018 = 60e9
_DOUBLING_YEARS = 2.5
_SPREAD = 0.2
_LAUNCH_SECONDS = 2e-5
_LAUNCH_SECONDS_IN_A_ROW = 8e-6
_VENDORS = 2


@dataclass(frozen=True, slots=True)
class Inputs:
    """Kernels on devices as tensors, one row a kernel."""

    features: Tensor
    flops: Tensor
    bytes: Tensor
    peak_flops: Tensor
    bandwidth: Tensor
    tdp_watts: Tensor
    year: Tensor
    vendor: Tensor
    kind: Tensor

    def take(self, rows: Tensor) -> "Inputs":
        """Some of the rows."""
        return Inputs(*(getattr(self, name)[rows] for name in self.__slots__))


def inputs_of(kernels: KernelTable, gpus: GpuTable) -> Inputs:
    """The tensors of these kernels, each on the GPU of its row."""

    def single(values: object) -> Tensor:
        return torch.as_tensor(values, dtype=torch.float32)

    return Inputs(
        single(features_of(kernels, gpus)),
        single(kernels.flops),
        single(BYTES * kernels.elements),
        single(gpus.peak_flops),
        single(gpus.bandwidth),
        single(gpus.tdp_watts),
        single(gpus.year),
        torch.as_tensor(gpus.is_amd).long(),
        torch.as_tensor(kernels.kind).long(),
    )


class Efficiency(nn.Module):
    """Seconds = launch + 8-norm of (flops / (u peak), flops / (watts x flops a watt), bytes / (v bandwidth)).

    u and v are bounded between 0 and 1 and learned from shapes. Flops a watt grow by the year of the device: what small
    cards cannot keep up of their peak is mostly power, not shape.
    """

    def __init__(self, feature_count: int) -> None:
        super().__init__()
        last = nn.Linear(_HIDDEN, 2)
        nn.init.constant_(last.bias, 1.0)
        self.body = nn.Sequential(
            nn.Linear(feature_count, _HIDDEN), nn.SiLU(), nn.Linear(_HIDDEN, _HIDDEN), nn.SiLU(), last
        )
        self.power_level = nn.Parameter(torch.zeros(()))
        self.power_growth = nn.Parameter(torch.zeros(()))
        self.launch = nn.Parameter(torch.full((_VENDORS, len(KINDS)), math.log(_LAUNCH_SECONDS)))
        self.launch_in_a_row = nn.Parameter(torch.full((_VENDORS,), math.log(_LAUNCH_SECONDS_IN_A_ROW)))

    def work_seconds(self, inputs: Inputs) -> Tensor:
        """Of each kernel without its launch."""
        efficiency = torch.sigmoid(self.body(inputs.features))
        compute = inputs.flops / (efficiency[:, 0] * inputs.peak_flops)
        power = inputs.flops / (inputs.tdp_watts * self.flops_a_watt(inputs.year))
        memory = inputs.bytes / (efficiency[:, 1] * inputs.bandwidth)
        times = torch.stack([compute, power, memory])
        largest = times.amax(dim=0)
        seconds: Tensor = largest * ((times / largest) ** _SHARPNESS).sum(dim=0) ** (1 / _SHARPNESS)
        return seconds

    def flops_a_watt(self, year: Tensor) -> Tensor:
        """What a device of that year does with a joule at most."""
        growth = math.log(2) / _DOUBLING_YEARS * torch.exp(_SPREAD * self.power_growth)
        return _FLOPS_A_WATT_IN_2018 * torch.exp(_SPREAD * self.power_level + growth * (year - 2018))

    def kernel_seconds(self, inputs: Inputs) -> Tensor:
        """Of each kernel when it is measured alone."""
        return self.work_seconds(inputs) + torch.exp(self.launch[inputs.vendor, inputs.kind])

    def seconds_in_a_row(self, inputs: Inputs) -> Tensor:
        """Of each kernel in a network, where the next launch is prepared while this one runs."""
        return self.work_seconds(inputs) + torch.exp(self.launch_in_a_row[inputs.vendor])

    def far_from_expected(self) -> Tensor:
        """How far the power law was moved from what it started with, in squares of its spread."""
        return self.power_level**2 + self.power_growth**2
