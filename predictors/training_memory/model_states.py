"""Memory of model states alone, as DeepSpeed estimates it before training: no activations, no context."""

from dataclasses import dataclass

from benchmart.errors import UsageError

_HOST_MARGIN = 1.5
"""DeepSpeed's factor for buffers beside what is counted on the host."""


@dataclass(frozen=True, slots=True)
class ModelStates:
    """Bytes of model states in mixed precision with Adam."""

    device_bytes: float
    """On each GPU."""
    host_bytes: float
    """On each node."""


def model_states(
    parameters: float,
    largest_layer: float,
    gpus: int,
    nodes: int,
    strategy: str,
    *,
    offloads_optimizer: bool = False,
    offloads_parameters: bool = False,
    is_built_cut: bool = True,
    keeps_gradients: bool = False,
) -> ModelStates:
    """Model states under ZeRO-2 or ZeRO-3 on `nodes` of `gpus` GPUs each.

    A parameter has 18 bytes: 2 of the weight, 2 and 4 of its gradient, 4 of the master weight, 8 of Adam's moments
    (arXiv:1910.02054 counts 16, without the fp32 gradient). ZeRO-2 cuts all but the weight, ZeRO-3 all, and gathers
    the largest layer (4 bytes a parameter: weight and gradient). `is_built_cut`: the model is built in pieces
    (zero.Init), else each process builds it in fp32 on the host. `keeps_gradients`: half-precision gradients are not
    cut in ZeRO-2, nor the fp32 ones counted, as older releases print it (their documentation still does).
    Source: DeepSpeed's documentation, "Memory Requirements". Raises UsageError for another strategy.
    """
    if strategy not in {"zero2", "zero3"}:
        raise UsageError(
            f"no estimate of model states for `{strategy}`", hint="There is one for zero2 and zero3"
        )
    ranks = gpus * nodes
    if strategy == "zero2":
        whole, cut = (4, 16) if keeps_gradients else (2, 18)
        if offloads_optimizer:
            return ModelStates(2 * parameters, parameters * max(4 * ranks, 16) * _HOST_MARGIN)
        return ModelStates(
            whole * parameters + cut * parameters / ranks, parameters * 4 * gpus * _HOST_MARGIN
        )
    built_whole = 0.0 if is_built_cut else 4.0 * gpus * parameters
    if not offloads_optimizer:
        built = 4.0 * gpus * (largest_layer if is_built_cut else parameters)
        return ModelStates(4 * largest_layer + 18 * parameters / ranks, built * _HOST_MARGIN)
    on_host = 18 if offloads_parameters else 16
    on_device = 0.0 if offloads_parameters else 2 * parameters / ranks
    return ModelStates(
        4 * largest_layer + on_device, max(built_whole, on_host * parameters / nodes) * _HOST_MARGIN
    )
