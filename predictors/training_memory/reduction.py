"""The end of the backward pass under full sharding, when the last gradients are still whole and are being reduced."""

from dataclasses import dataclass

from predictors.training_memory.counts import embedding_parameters, largest_matrix
from predictors.training_memory.precisions import Widths
from predictors.training_memory.setup import TrainingSetup


@dataclass(frozen=True, slots=True)
class Reduction:
    """Bytes on one rank."""

    weights: float
    """Whole weights that are there then."""
    gradients: float
    """Beside the shards: what is not reduced yet, and its copy for being reduced."""


def reduction_of(setup: TrainingSetup, widths: Widths, trained: float, gathered: float) -> Reduction:
    """Both, for `trained` parameters and `gathered` bytes of whole weights; nothing under other strategies.

    FSDP2 reduces the embeddings last, which are its outermost group where layers are groups themselves
    (`torch.distributed.fsdp`). ZeRO-3 reduces a bucket through a copy of it (`deepspeed.runtime.comm`,
    `reduce_scatter_coalesced`), beside the whole gradient of the input embedding.
    """
    is_trained = setup.adapters is None or setup.adapters.trains_embeddings
    if setup.ranks == 1 or not is_trained:
        return Reduction(0.0, 0.0)
    if setup.strategy == "fsdp2":
        root = embedding_parameters(setup.architecture) / setup.tensor_parallel
        copied = max(widths.gradients, widths.master)
        return Reduction(widths.compute * root, (widths.gradients + copied) * root)
    if setup.strategy == "zero3":
        whole = largest_matrix(setup.architecture) / setup.tensor_parallel
        return Reduction(gathered, widths.gradients * (whole + min(trained, setup.bucket_elements)))
    return Reduction(0.0, 0.0)
