"""Train one configuration on this rank, reporting each stage as it is reached.

Memory is counted from a baseline taken when all libraries are loaded, the ranks have found each other, and a tiny
model has been trained once: what the process takes before the model it is asked about.
"""

import gc
import math
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from collectors.runner.devices import synchronizer, torch_device
from collectors.runner.flops import parameter_count
from collectors.runner.measurement import Plan, measure
from collectors.runner.problems import NonFiniteLoss
from collectors.training.building import REHEARSAL, Place, build
from collectors.training.configuration import TrainingConfiguration
from collectors.training.engines import Engine, deepspeed_engine, torch_engine
from collectors.training.memory import memory_meter

if TYPE_CHECKING:
    from collectors.runner.worker import Report


class RepeatedStep:
    """An optimizer step on the same batch each time; no rank starts before the others are ready."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self._engine, self._place = engine, place
        self.losses: list[float] = []

    def prepare(self) -> None:
        """Wait for the other ranks."""
        import torch

        if self._place.world_size > 1:
            torch.distributed.barrier()

    def run(self) -> None:
        """The step."""
        self._loss = self._engine.step()

    def check(self) -> None:
        """Raise NonFiniteLoss when training has gone astray: its speed would say nothing."""
        if not math.isfinite(self._loss):
            raise NonFiniteLoss(f"the loss is {self._loss} after {len(self.losses)} steps")
        self.losses.append(self._loss)


def train(configuration: TrainingConfiguration, report: "Report") -> None:
    """Rehearse, build, warm up and time: stages `started`, `built`, `measured`. Raises what it raises."""
    place = _join(configuration)
    if configuration.lora_rank is not None:
        from collectors.training.lora import train_adapters

        train_adapters(configuration, place, report)
        return
    rehearse(configuration, place)
    meter = memory_meter(configuration.device)
    report("started", load_average=os.getloadavg()[0], **meter.facts())

    meter.reset()
    start = time.perf_counter()
    built = build(configuration, place)
    facts = {"parameter_count": parameter_count(built.module), "architecture": built.architecture}
    engine = make_engine(configuration, built, place)
    synchronize = synchronizer(configuration.device)
    synchronize()
    seconds = time.perf_counter() - start
    report("built", load_seconds=seconds, memory_build_peak_bytes=meter.peak_bytes(), **facts)

    gc.collect()
    meter.reset()
    step = RepeatedStep(engine, place)
    timing = measure(step, synchronize, Plan(configuration.steps, 0.0, configuration.warmup))
    report(
        "measured",
        samples=timing.samples,
        warmup_samples=timing.warmup_samples,
        memory_peak_bytes=meter.peak_bytes(),
        memory_source=meter.source,
        memory_reserved_peak_bytes=meter.reserved_peak_bytes(),
        losses=step.losses,
    )
    _leave()


def make_engine(configuration: TrainingConfiguration, built: Any, place: Place) -> Engine:
    """The engine of the configuration's strategy."""
    make = deepspeed_engine if configuration.is_deepspeed else torch_engine
    return make(configuration, built, place)


def rehearse(configuration: TrainingConfiguration, place: Place) -> None:
    """Train a tiny model once: kernels, thread pools and buffers of the process group are no model's memory.

    DeepSpeed keeps state beyond its engine, so it is only loaded; its rehearsal is one of DDP.
    """
    strategy = configuration.strategy
    if configuration.is_deepspeed:
        import deepspeed  # noqa: F401

        strategy = "ddp"
    precision = "fp32" if configuration.is_deepspeed else configuration.precision
    tiny = replace(
        configuration, model=REHEARSAL, strategy=strategy, precision=precision, sequence_length=16, micro_batch=1,
        offload_optimizer="none",
    )  # fmt: skip
    torch_engine(tiny, build(tiny, place), place).step()
    gc.collect()


def _join(configuration: TrainingConfiguration) -> Place:
    """Meet the other ranks: gloo on a CPU, NCCL between accelerators that have it."""
    import torch
    import torch._dynamo
    import transformers  # noqa: F401 - its memory is not the model's

    rank, world_size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    device = torch_device(configuration.device)
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    backend = backend_of(configuration)
    if configuration.is_deepspeed:
        import deepspeed

        deepspeed.init_distributed(backend)
    else:
        torch.distributed.init_process_group(backend)
    torch.distributed.all_reduce(torch.ones(1, device=device))
    return Place(rank, world_size, device)


def backend_of(configuration: TrainingConfiguration) -> str:
    """What the ranks talk through."""
    return {"cuda": "nccl", "rocm": "nccl", "xpu": "xccl"}.get(configuration.device, "gloo")


def _leave() -> None:
    import torch

    torch.distributed.destroy_process_group()
