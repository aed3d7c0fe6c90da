"""The two constants that are fitted, not counted, and how far off predictions may be.

`benchmarks/training_memory.py` fits them again, each source left out in turn.
"""

from collections.abc import Mapping

CONTEXT_BYTES = 1_513_000_000
"""What nvidia-smi shows of an A100 before tensors count: 1,443 MiB, the least of 4,164 small networks trained there
(GPUMemNet's measurements). Driver, kernels, cuBLAS and its workspace."""

FRAGMENTATION = 0.02
"""Share of tensors that come and go which the caching allocator holds beside them: 41 runs whose whole device was
measured (QwenLM/Qwen) fit best with 0 (1.8B) and 0.02 (14B)."""

USABLE = 0.985
"""Share of a GPU's named memory that a process can have: PyTorch reports 39.4 to 39.6 GiB of 40, 79.2 of 80."""

LEVEL = 0.9
LOW, HIGH = 1.14, 1.17
"""What a prediction is divided by and multiplied with: the 5th and 95th percentile of measured over predicted, each of
the publication where it is furthest off (torchtune's and Qwen's)."""


def fragmentation(parts: Mapping[str, float]) -> float:
    """Bytes that the caching allocator holds and no tensor has."""
    lasting = parts["weights"] + parts["optimizer"]
    return FRAGMENTATION * (sum(parts.values()) - lasting)


def bounds(parts: Mapping[str, float]) -> tuple[float, float]:
    """Bytes that the peak lies between, at LEVEL."""
    whole = sum(parts.values())
    return whole / LOW, whole * HIGH
