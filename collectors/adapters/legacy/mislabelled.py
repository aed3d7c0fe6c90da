"""Some machines ran everything on the processor, whatever the hardware key says; the times give them away."""

from collections.abc import Mapping
from statistics import median

from collectors.adapters.legacy import devices

_FEWEST_PAIRS = 3
_SAME_MEDIAN = (0.9, 1.1)
_SAME_MOST = (0.8, 1.25)
_MOST = 0.9
"""So many of the ratios must lie in _SAME_MOST: single runs on a busy machine wander further."""


def mislabelled(latencies: Mapping[tuple[str, str, str], float | None]) -> dict[str, str]:
    """For each hardware key whose times are those of the processor: why it is doubted.

    `latencies` are those of one file, in any unit, by hardware key, model and configuration.
    """
    hardware_keys = {hardware for hardware, _, _ in latencies}
    processors = {hardware for hardware in hardware_keys if devices.hardware(hardware).kind == "cpu"}
    doubts = {}
    for hardware in hardware_keys - processors:
        ratios = [
            own / reference
            for (device, model, key), own in latencies.items()
            for processor in processors
            if device == hardware and own and (reference := latencies.get((processor, model, key)))
        ]
        if _are_the_same(ratios):
            doubts[hardware] = (
                f"its latencies are those of the cpu runs of the same configurations: median ratio "
                f"{median(ratios):.3f} over {len(ratios)} pairs"
            )
    return doubts


def _are_the_same(ratios: list[float]) -> bool:
    if len(ratios) < _FEWEST_PAIRS or not _SAME_MEDIAN[0] <= median(ratios) <= _SAME_MEDIAN[1]:
        return False
    near = sum(_SAME_MOST[0] <= ratio <= _SAME_MOST[1] for ratio in ratios)
    return near >= _MOST * len(ratios)


def doubted(basis: str, doubt: str | None) -> dict[str, str]:
    """`basis` and `basis_reason` of a record on a doubted device; nothing to change where there is no doubt."""
    return {"basis": "suspect", "basis_reason": doubt} if doubt and basis == "measured" else {}
