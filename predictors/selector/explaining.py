"""Why a device comes first, or none is left, in sentences."""

import math
from collections.abc import Sequence

from predictors.selector.estimate import MEASURED
from predictors.selector.knowledge import Knowledge
from predictors.selector.option import Option
from predictors.selector.request import SelectionRequest

_NAMED = 8
"""How many of those that are equally good are named."""


def explain(
    asked: SelectionRequest,
    options: Sequence[Option],
    equally_good: Sequence[str],
    rejected: Sequence[Option],
    known: Knowledge,
) -> list[str]:
    """Why this order: what the first option rests on, what it needs, what is as good, and what is not known."""
    told = _first(options[0]) if options else [_nothing_fits(asked, rejected)]
    if not any(each.estimate and each.estimate.basis == MEASURED for each in options):
        told.append("nothing was measured yet of this model under this condition")
    if len(equally_good) > 1:
        told.append(_equals([each for each in options if each.hardware_id in equally_good]))
    refusal = known.refusal(asked.model) if not any(each.need for each in (*options, *rejected)) else None
    if refusal is not None:
        told.append(f"whether it fits is not known: {refusal}")
    return told


def _first(option: Option) -> list[str]:
    told = []
    if option.estimate:
        told.append(f"{option.device.name} comes first by {option.estimate.basis}: {option.estimate.told}")
    if option.need:
        told.append(f"one device needs {option.need.high / 2**30:.1f} GiB ({option.need.told})")
        if not option.device.facts.memory_bytes:
            told.append("how much memory the host has was not looked at")
    return told


def _equals(options: Sequence[Option]) -> str:
    """Options whose intervals overlap, and which of them costs or draws least."""
    names = [each.device.name for each in options]
    left = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    told = f"any of these is equally good: {', '.join(names[:_NAMED])}{left}"
    cheapest = min(options, key=_price)
    frugal = min(options, key=_watts)
    if cheapest.device.price_per_hour and cheapest is not options[0]:
        told += f"; {cheapest.device.name} costs least ({cheapest.device.price_per_hour:.2f} an hour)"
    if frugal.device.facts.tdp_watts and frugal is not options[0]:
        told += f"; {frugal.device.name} draws least ({frugal.device.facts.tdp_watts:.0f} W)"
    return told


def _price(option: Option) -> float:
    return option.device.price_per_hour or math.inf


def _watts(option: Option) -> float:
    return option.device.facts.tdp_watts or math.inf


def _nothing_fits(asked: SelectionRequest, rejected: Sequence[Option]) -> str:
    if not rejected:
        return f"no device is left for {asked.model}"
    near = rejected[0]
    reasons = "; ".join(each.reason for each in near.broken)
    return f"no device takes {asked.model} as asked; the nearest is {near.device.name}: {reasons}"
