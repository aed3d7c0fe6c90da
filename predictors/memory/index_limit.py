"""Batches that fail for want of wide indices, however much memory there is."""

from predictors.contract import ModelProfile
from predictors.memory.labels import Workload

_INDICES = 2**31


def exceeds_index(profile: ModelProfile, workload: Workload, batch: int) -> bool:
    """Whether a compiled depthwise convolution would read or write a tensor of 2^31 elements or more.

    The kernel that compiled programs call for it, torch's conv_depthwise2d, refuses tensors that 32-bit integers cannot
    index; a benchmark takes that for running out of memory. cuDNN, which runs it otherwise, has no such limit.
    """
    if workload.compiler == "eager":
        return False
    largest = max(
        (
            max(operator.read_elements, operator.written_elements) / max(operator.count, 1)
            for operator in profile.operators
            if operator.category == "conv_depthwise"
        ),
        default=0.0,
    )
    return largest * batch >= _INDICES
