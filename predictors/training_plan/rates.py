"""What time follows from: rates of devices, links, hosts and disks, and how much of them training gets.

Every time in a plan is an estimate and says so, also where computing is known from measured throughput.
"""

from dataclasses import dataclass

from predictors.training_plan.request import Devices

ACHIEVED_SHARE = 0.40
"""Of the dense peak, by the model's own operations (MFU). PaLM 0.46 (arXiv:2204.02311, table 3), Megatron-LM 0.44 to
0.52 (arXiv:2104.04473, table 1), Llama 3 0.38 to 0.43 (arXiv:2407.21783, table 4)."""
LINK_SHARE = 0.8
"""Of one direction of a link, by large collectives: assumed; nccl-tests measure it as bus bandwidth."""
OVERLAP = 0.8
"""Of the communication that could run beside computation: assumed. Gradients are exchanged while others are computed
(DDP: arXiv:2006.15704, section 3.2.3), weights of a layer gathered during the one before (FSDP:
arXiv:2304.11277, section 3.3)."""
LINK_LATENCY = 5e-6
"""Seconds of a step of a ring inside a node: assumed."""
NETWORK_LATENCY = 15e-6
"""Seconds of a step of a ring between nodes: assumed."""

_ASSUMED_PEAK = 150e12
_ASSUMED_LINK = 64e9
_ASSUMED_NETWORK = 12.5e9
_HOST_LINK = 32e9
_HOST_MEMORY = 200e9
_NVME = 6e9


@dataclass(frozen=True, slots=True)
class Rates:
    """Per second; bytes are those of one direction."""

    flops: float
    """Operations of the model that one device gets through."""
    link: float
    """Bytes a device sends to its neighbour in the node."""
    network: float
    """Bytes a node sends to others."""
    host_link: float = _HOST_LINK
    """Bytes between a device and its host: PCIe 4.0 x16."""
    host_memory: float = _HOST_MEMORY
    """Bytes of one node's memory: eight channels of DDR4-3200."""
    nvme: float = _NVME
    """Bytes of one node's disks."""
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a device gets through of a model, from elsewhere than its peak."""

    flops: float
    """Operations a second."""
    source: str


def rates_of(devices: Devices, known: Known | None = None) -> Rates:
    """The rates of devices; what is not known is assumed, and said."""
    said = [
        known.source
        if known
        else f"{ACHIEVED_SHARE:.0%} of the device's peak is reached (MFU of published large runs)"
    ]
    if known is None and devices.peak_flops is None:
        said.append(f"no device is named: {_ASSUMED_PEAK / 1e12:.0f} Tflop/s assumed")
    if devices.count > 1 and devices.link_bytes_per_second is None:
        said.append(f"the link is not known: PCIe 4.0 x16 ({_ASSUMED_LINK / 1e9:.0f} GB/s both ways) assumed")
    if devices.nodes > 1 and devices.network_bytes_per_second is None:
        said.append(f"the network is not known: 100 Gbit/s a node ({_ASSUMED_NETWORK / 1e9} GB/s) assumed")
    return Rates(
        flops=known.flops if known else (devices.peak_flops or _ASSUMED_PEAK) * ACHIEVED_SHARE,
        link=(devices.link_bytes_per_second or _ASSUMED_LINK) / 2 * LINK_SHARE,
        network=(devices.network_bytes_per_second or _ASSUMED_NETWORK) * LINK_SHARE,
        assumptions=tuple(said),
    )
