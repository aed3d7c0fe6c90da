"""Engines: what one optimizer step is, for plain torch, DDP and FSDP2, and for DeepSpeed."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from collectors.runner.building import Built
from collectors.runner.steps import loss_of
from collectors.training.building import Place, layers_of
from collectors.training.configuration import TrainingConfiguration

if TYPE_CHECKING:
    import torch

LEARNING_RATE = 1e-4
"""Small enough that the loss of a repeated batch falls from the first step on."""


class Engine(Protocol):
    """Trains a model."""

    def step(self) -> float:
        """One optimizer step over all micro-batches; the mean loss of this rank's."""


class TorchEngine:
    """Forward, backward and optimizer step by torch itself; gradients are exchanged in the last backward pass."""

    def __init__(
        self,
        configuration: TrainingConfiguration,
        built: Built,
        device: "torch.device",
        synchronizing: Callable[[bool], AbstractContextManager[Any]],
    ) -> None:
        self._configuration, self._built, self._device = configuration, built, device
        self._synchronizing = synchronizing
        self._optimizer = _optimizer(configuration, built.module.parameters())

    def step(self) -> float:
        """One optimizer step over all micro-batches."""
        self._optimizer.zero_grad()
        count = self._configuration.accumulation_steps
        losses = []
        for number in range(1, count + 1):
            with self._synchronizing(number == count):
                with self._autocast():
                    loss = loss_of(self._built) / count
                loss.backward()  # type: ignore[no-untyped-call]
            losses.append(float(loss.detach()))
        self._optimizer.step()
        return sum(losses)

    def _autocast(self) -> AbstractContextManager[Any]:
        import torch

        is_mixed = self._configuration.precision == "amp_bf16"
        return torch.autocast(self._device.type, torch.bfloat16) if is_mixed else nullcontext()


def torch_engine(configuration: TrainingConfiguration, built: Built, place: Place) -> Engine:
    """The engine of `single`, `ddp` and `fsdp2`."""
    if configuration.checkpointing == "full":
        checkpoint_layers(built.module)
    if configuration.strategy == "single":
        return TorchEngine(configuration, built, place.device, lambda _: nullcontext())
    if configuration.strategy == "fsdp2":
        return _fsdp2_engine(configuration, built, place)
    from torch.nn.parallel import DistributedDataParallel

    wrapped = DistributedDataParallel(
        built.module, device_ids=None if place.device.type == "cpu" else [place.device]
    )
    return TorchEngine(
        configuration,
        replace(built, module=wrapped),
        place.device,
        lambda is_last: nullcontext() if is_last else wrapped.no_sync(),
    )


def deepspeed_engine(configuration: TrainingConfiguration, built: Built, place: Place) -> Engine:
    """The engine of `zero0` to `zero3`."""
    import deepspeed

    if configuration.checkpointing == "full":
        checkpoint_layers(built.module)
    engine, *_ = deepspeed.initialize(
        model=built.module,
        model_parameters=built.module.parameters(),
        config=deepspeed_settings(configuration, place.world_size),
        dist_init_required=False,
    )
    return _DeepSpeedEngine(engine, replace(built, module=engine), configuration.accumulation_steps)


class _DeepSpeedEngine:
    def __init__(self, engine: Any, built: Built, accumulation_steps: int) -> None:
        self._engine, self._built, self._count = engine, built, accumulation_steps

    def step(self) -> float:
        losses = []
        for _ in range(self._count):
            loss = loss_of(self._built)
            self._engine.backward(loss)
            self._engine.step()
            losses.append(float(loss.detach()))
        return sum(losses) / self._count


def deepspeed_settings(configuration: TrainingConfiguration, world_size: int) -> dict[str, Any]:
    """DeepSpeed's JSON. AdamW is torch's own (`torch_adam`): DeepSpeed's would have to be compiled first."""
    zero: dict[str, Any] = {"stage": int(configuration.strategy[-1])}
    if zero["stage"] > 0:
        zero |= {"reduce_bucket_size": BUCKET_ELEMENTS, "allgather_bucket_size": BUCKET_ELEMENTS}
    if configuration.offload_optimizer == "cpu":
        zero["offload_optimizer"] = {"device": "cpu"}
    return {
        "train_batch_size": configuration.micro_batch * configuration.accumulation_steps * world_size,
        "train_micro_batch_size_per_gpu": configuration.micro_batch,
        "gradient_accumulation_steps": configuration.accumulation_steps,
        "optimizer": {"type": "AdamW", "params": {"lr": LEARNING_RATE, "torch_adam": True}},
        "zero_optimization": zero,
        "zero_force_ds_cpu_optimizer": False,
        # DeepSpeed clips at 1 when it is told nothing, and torch does not: all strategies are to do the same work.
        "gradient_clipping": 0.0,
        "bf16": {"enabled": configuration.precision == "mixed_bf16"},
        "steps_per_print": 1_000_000,
    }


BUCKET_ELEMENTS = 50_000_000
"""Of gradients reduced, and of weights gathered, at a time by DeepSpeed: its own choice, 5e8, is made for 7B models."""


def checkpoint_layers(module: "torch.nn.Module") -> None:
    """Have each layer's activations computed again in the backward pass.

    Raises ValueError for a model without lists of layers.
    """
    from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import apply_activation_checkpointing

    layers = layers_of(module)
    if not layers:
        raise ValueError(f"{type(module).__name__} has no list of layers to checkpoint")
    chosen = {id(layer) for layer in layers}
    apply_activation_checkpointing(module, check_fn=lambda part: id(part) in chosen)


def _fsdp2_engine(configuration: TrainingConfiguration, built: Built, place: Place) -> Engine:
    import torch
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    mesh = init_device_mesh(place.device.type, (place.world_size,))
    is_mixed = configuration.precision == "mixed_bf16"
    policy = MixedPrecisionPolicy(torch.bfloat16, torch.float32) if is_mixed else MixedPrecisionPolicy()
    for part in [*layers_of(built.module), built.module]:
        fully_shard(
            part, mesh=mesh, mp_policy=policy, reshard_after_forward=configuration.reshards_after_forward
        )
    sharded: Any = built.module

    def synchronizing(is_last: bool) -> AbstractContextManager[Any]:  # noqa: FBT001 - as TorchEngine calls it
        sharded.set_requires_gradient_sync(is_last)
        return nullcontext()

    return TorchEngine(configuration, built, place.device, synchronizing)


def _optimizer(configuration: TrainingConfiguration, parameters: "Iterable[torch.nn.Parameter]") -> Any:
    import torch

    if configuration.optimizer == "sgd":
        return torch.optim.SGD(parameters, LEARNING_RATE)
    if configuration.optimizer == "adamw_8bit":
        import bitsandbytes

        return bitsandbytes.optim.AdamW8bit(parameters, LEARNING_RATE)
    return torch.optim.AdamW(parameters, LEARNING_RATE)
