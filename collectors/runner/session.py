"""Measure one configuration in this process, reporting each stage as it is reached."""

import os
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from collectors.runner.architectures import ARCHITECTURES
from collectors.runner.building import Built, build
from collectors.runner.configuration import Configuration
from collectors.runner.devices import synchronizer, torch_device
from collectors.runner.energy import energy_counter
from collectors.runner.flops import parameter_count, profile
from collectors.runner.measurement import Plan, measure
from collectors.runner.memory import memory_meter
from collectors.runner.precision import quantize
from collectors.runner.steps import step_for

if TYPE_CHECKING:
    from collectors.runner.worker import Report


def measure_configuration(configuration: Configuration, plan: Plan, report: "Report") -> None:
    """Build, warm up and time the model: stages `started`, `built`, `measured`. Raises what it raises."""
    _import_libraries(configuration)
    device = torch_device(configuration.device)
    synchronize = synchronizer(configuration.device)
    synchronize()
    meter = memory_meter(configuration.device)
    report("started", load_average=os.getloadavg()[0])

    start = time.perf_counter()
    built = build(configuration, device)
    synchronize()
    facts = _load_facts(built, time.perf_counter() - start)
    if configuration.precision == "int8":
        facts["quantized_share"] = quantize(built.module)
    report("built", **facts)

    counter = energy_counter(configuration.device)
    meter.reset()
    step = step_for(built, configuration, device)
    joules_before = counter.read() if counter else []
    timing = measure(step, synchronize, plan)
    joules = counter.joules_since(joules_before) if counter else None
    steps = len(timing.samples) + len(timing.warmup_samples)
    report(
        "measured",
        samples=timing.samples,
        warmup_samples=timing.warmup_samples,
        memory_peak_bytes=meter.peak_bytes(),
        memory_source=meter.source,
        energy_joules_per_batch=joules / steps if joules is not None else None,
        energy_source=counter.source if counter else None,
        losses=getattr(step, "losses", None),
    )


def profile_configuration(configuration: Configuration, report: "Report") -> None:
    """Count the operations of one item: stage `profiled`, or `unprofiled` when that cannot be done."""
    try:
        report("profiled", **profile(configuration))
    # Somebody's model may raise anything on tensors without content; its measurement counts all the same.
    except Exception as error:  # noqa: BLE001
        report("unprofiled", reason=f"{type(error).__name__}: {error}")


def _load_facts(built: Built, seconds: float) -> dict[str, Any]:
    return {
        "load_seconds": seconds,
        "parameter_count": parameter_count(built.module),
        "architecture": built.architecture,
    }


def _import_libraries(configuration: Configuration) -> None:
    """Import now what would otherwise count as loading time and as the model's memory."""
    if configuration.mode == "training":
        # The optimizers pull it in when the first one is made.
        import_module("torch._dynamo")
    if configuration.is_custom:
        import_module(configuration.model.partition(":")[0])
    else:
        import transformers

        getattr(transformers, ARCHITECTURES[configuration.model].model_class)
