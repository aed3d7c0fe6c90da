"""How fast a device computes a model: as it was measured or is predicted, else a share of the device's peak."""

from collections.abc import Callable
from dataclasses import replace

from predictors.training_memory.setup import TrainingSetup
from predictors.training_plan.batch_scaling import BatchScaling
from predictors.training_plan.candidates import precision_of
from predictors.training_plan.rates import Known, Rates, rates_of
from predictors.training_plan.request import Request
from predictors.training_plan.step_time import step_time

RatesOf = Callable[[TrainingSetup], Rates]
"""Rates at the micro-batch of a setup."""
_UNIT = Rates(flops=1.0, link=1.0, network=1.0)


def rates_for(request: Request) -> RatesOf:
    """Rates of a request's devices.

    Where the model's throughput is known, computing takes as long as it says; exchanges and offload are estimated.
    """
    known = request.batch_scaling
    if known is None or not known.is_plain:
        base = rates_of(request.devices)
        return lambda _: base
    source = f"computing takes as long as {known.basis}: {known.condition}"
    precision = "fp32" if precision_of(request) == "fp32" else "amp_bf16"

    def at(setup: TrainingSetup) -> Rates:
        flops = _operations_of_item(setup, precision) * _rate(known, setup.micro_batch)
        return rates_of(request.devices, Known(flops, source))

    return at


def _operations_of_item(setup: TrainingSetup, precision: str) -> float:
    """Of forward and backward pass, as the estimate of time counts them, on one device that holds all."""
    alone = replace(
        setup,
        micro_batch=1,
        accumulation_steps=1,
        precision=precision,
        strategy="single",
        data_parallel=1,
        tensor_parallel=1,
        sharded_over=None,
        offload_optimizer="none",
        offload_parameters="none",
    )
    return step_time(alone, _UNIT, 1).compute


def _rate(known: BatchScaling, micro_batch: int) -> float:
    """Items a second; below the smallest known micro-batch as there."""
    found = known.rate_at(micro_batch)
    return known.rates[min(known.rates)] if found is None else found
