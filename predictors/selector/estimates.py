"""How fast each device is expected to be: measured, else predicted, else by other models, else by rules."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from predictors.selector.devices import Device
from predictors.selector.estimate import BASES, OTHER_MODELS, Estimate, Estimator
from predictors.selector.family_rules import by_family_rule
from predictors.selector.foretold import predicted
from predictors.selector.knowledge import Knowledge
from predictors.selector.own_results import measured, narrowed
from predictors.selector.rates import Condition
from predictors.selector.request import SelectionRequest


def by_other_models(
    asked: SelectionRequest, devices: Sequence[Device], known: Knowledge
) -> Mapping[str, Estimate]:
    """How devices stood to each other when they ran other models."""
    names = [each.hardware_id for each in devices]
    stand = known.transfer.standings(names, asked.known_family, condition_of(asked))
    return {
        device: Estimate(
            math.exp(each.log_rate),
            math.exp(each.log_rate - each.half_width),
            math.exp(each.log_rate + each.half_width),
            OTHER_MODELS,
            each.evidence_count,
            f"{each.evidence_count} conditions of other models"
            if each.evidence_count
            else "its catalogue rates, weighed as other devices' results say",
            is_relative=True,
        )
        for device, each in stand.items()
    }


ESTIMATORS: tuple[Estimator, ...] = (measured, predicted, by_other_models, by_family_rule)
"""Asked in this order. Each answers for devices that none before it did."""


def estimates(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> dict[str, Estimate]:
    """One estimate a device, of those of which anything tells.

    What other models say is brought to the scale of what was measured or predicted by the devices that have both. Rules
    answer only where nothing else does, for any device.
    """
    found: dict[str, Estimate] = {}
    asked_of_predictor = narrowed(asked, devices, known)
    for estimator in ESTIMATORS:
        missing = [each for each in devices if each.hardware_id not in found]
        if estimator in {measured, predicted}:
            given = asked if estimator is measured else asked_of_predictor
            found.update(estimator(given, missing, known) if missing else {})
        elif not found:
            found.update(estimator(asked, devices, known))
        elif missing and estimator is by_other_models:
            found.update(_joined(found, estimator(asked, devices, known)))
    return found


def condition_of(asked: SelectionRequest) -> Condition:
    """What is asked, as the condition of a pool."""
    return Condition(
        mode=asked.mode,
        precision=asked.precision,
        batch_size=asked.batch_size,
        compiler=asked.compiler,
        memory_format=asked.memory_format,
        runtime=asked.runtime,
    )


def _joined(found: Mapping[str, Estimate], said: Mapping[str, Estimate]) -> Mapping[str, Estimate]:
    """Relative estimates of devices that have no other, on the scale of the surest that are there."""
    shared = [name for name in said if name in found]
    if not shared:
        return {}
    surest = min(BASES.index(found[name].basis) for name in shared)
    logs = [
        math.log(found[name].rate / said[name].rate)
        for name in shared
        if BASES.index(found[name].basis) == surest
    ]
    factor = math.exp(sum(logs) / len(logs))
    return {name: _scaled(said[name], factor) for name in said.keys() - found.keys()}


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    """On the scale of others; a device on which nothing ran may not win by what is hoped of it."""
    rate, told = estimate.rate, estimate.told
    if not estimate.evidence_count and estimate.low is not None:
        rate, told = estimate.low, f"{told}; taken at the low end, as nothing ran on it"
    return replace(
        estimate,
        told=told,
        rate=rate * factor,
        low=estimate.low and estimate.low * factor,
        high=estimate.high and estimate.high * factor,
        is_relative=False,
    )
