"""What training holds a parameter: weights, gradients and the optimizer's states. Exact arithmetic, nothing fitted."""

from dataclasses import dataclass

from benchmart.errors import PredictionRefused

_WIDTHS = {"fp64": 8, "fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2, "fp8": 1, "int8": 1, "int4": 0.5}

_OPTIMIZER_VALUES = {"sgd": 0, "momentum": 1, "rmsprop": 1, "lion": 1, "adam": 2, "adamw": 2}
"""Values an optimizer remembers a parameter: Adam the first and second moment."""

_EIGHT_BIT = "_8bit"


@dataclass(frozen=True, slots=True)
class StateBytes:
    """Bytes a parameter."""

    weights: float
    gradients: float
    optimizer: float
    cast_weights: float
    """The copy in lower precision that autocast keeps while a step runs."""

    @property
    def total(self) -> float:
        """All of them."""
        return self.weights + self.gradients + self.optimizer + self.cast_weights


def activation_width(precision: str) -> float:
    """Bytes of an activation. Autocast (`amp_fp16`) computes in the lower precision.

    Raises PredictionRefused for a precision that has no width, such as `mixed`.
    """
    width = _WIDTHS.get(precision.removeprefix("amp_"))
    if width is None:
        raise PredictionRefused(
            f"how many bytes a value of precision {precision!r} takes is not known",
            hint=f"Give one of {', '.join(_WIDTHS)}, or amp_ before one of them",
        )
    return float(width)


def state_bytes(mode: str, precision: str, optimizer: str = "momentum") -> StateBytes:
    """Bytes a parameter for `inference` or `training` on one device.

    Under autocast weights, gradients and states stay fp32; a model that is cast as a whole has all in its precision.
    Optimizers: sgd, momentum, rmsprop, lion, adam, adamw, each also with `_8bit` states.
    Raises PredictionRefused for a precision, mode or optimizer that is not known.
    """
    width = activation_width(precision)
    is_autocast = precision.startswith("amp_")
    weights = 4.0 if is_autocast else width
    cast = width if is_autocast else 0.0
    if mode == "inference":
        return StateBytes(weights, 0.0, 0.0, cast)
    if mode != "training":
        raise PredictionRefused(f"memory of mode {mode!r} is not known", hint="Ask for inference or training")
    values = _OPTIMIZER_VALUES.get(optimizer.removesuffix(_EIGHT_BIT))
    if values is None:
        raise PredictionRefused(
            f"what optimizer {optimizer!r} remembers is not known",
            hint=f"Known: {', '.join(_OPTIMIZER_VALUES)}",
        )
    remembered = values * (1.0 if optimizer.endswith(_EIGHT_BIT) else weights)
    return StateBytes(weights, weights, remembered, cast)


@dataclass(frozen=True, slots=True)
class ShardedStates:
    """Bytes of states when they are spread over devices."""

    device: float
    """On each device."""
    host: float
    """On each node's host."""


def zero2(
    parameters: float,
    *,
    devices_per_node: int,
    nodes: int = 1,
    is_offloaded: bool = False,
    buffer: float = 1.5,
) -> ShardedStates:
    """States under ZeRO stage 2 with Adam in mixed precision.

    Formula of deepspeed.runtime.zero.stage_1_and_2.estimate_zero2_model_states_mem_needs. With the optimizer on the
    host a device keeps fp16 weights; otherwise fp16 weights and gradients, and its share of 16 bytes a parameter.
    """
    devices = devices_per_node * nodes
    if is_offloaded:
        return ShardedStates(2 * parameters, parameters * max(4 * devices, 16) * buffer)
    return ShardedStates(
        4 * parameters + 16 * parameters / devices, parameters * 4 * devices_per_node * buffer
    )


def zero3(
    parameters: float, largest_layer: float, *, devices_per_node: int, nodes: int = 1, buffer: float = 1.5
) -> ShardedStates:
    """States under ZeRO stage 3 with Adam in mixed precision, nothing offloaded.

    Formula of deepspeed.runtime.zero.stage3.estimate_zero3_model_states_mem_needs: 18 bytes a parameter shared by all
    devices, and the largest layer (its parameters) gathered in fp16 weights and gradients.
    """
    devices = devices_per_node * nodes
    return ShardedStates(
        4 * largest_layer + 18 * parameters / devices, parameters * 4 * devices_per_node * buffer
    )
