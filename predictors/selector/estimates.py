"""How fast each device is expected to be: measured, else predicted, else by other models, else by rules."""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from predictors.contract import Prediction, Question
from predictors.performance.hardware import matrix_rate
from predictors.selector.devices import Device
from predictors.selector.knowledge import Knowledge
from predictors.selector.rates import Condition, Pool
from predictors.selector.request import SelectionRequest

BASES = ("measured", "predicted", "other models", "family rule")
"""Where an estimate comes from, surest first."""
_RULES = Path(__file__).with_name("family_rules.toml")
_KINDS = frozenset({"gpu", "cpu"})
"""What the predictor of rates has learned from."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Items (or tokens) a second of one device."""

    rate: float
    low: float | None
    """Ends of its interval; None where there is none."""
    high: float | None
    basis: str
    """One of BASES."""
    evidence_count: int
    """Results behind it, of this model or of others."""
    told: str = ""
    is_relative: bool = False
    """Whether it only says how devices stand to each other, and no seconds."""


Estimator = Callable[[SelectionRequest, Sequence[Device], Knowledge], Mapping[str, Estimate]]


def measured(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> Mapping[str, Estimate]:
    """Medians of results of the same model and condition; of other versions of the runtime where one lacks a device."""
    wanted = {each.hardware_id for each in devices}
    found: dict[str, Estimate] = {}
    for at, pool in enumerate(_ordered(asked, wanted, known)):
        for device in wanted & pool.rates.keys() - found.keys():
            rates = sorted(pool.rates[device])
            its = pool.condition.runtime_version or "an unknown version"
            told = "measured" if at == 0 else f"measured under {its} of the runtime, unlike others"
            found[device] = Estimate(pool.medians[device], rates[0], rates[-1], "measured", len(rates), told)
    return found


def narrowed(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> SelectionRequest:
    """The request with what it leaves open as most of these devices ran it, so that all are held to one condition."""
    pools = _ordered(asked, {each.hardware_id for each in devices}, known)
    if not pools:
        return asked
    its = pools[0].condition
    return replace(
        asked,
        image_size=its.image_size,
        sequence_length=its.sequence_length,
        runtime=its.runtime,
        runtime_version=asked.runtime_version or its.runtime_version,
        compiler=its.compiler,
        memory_format=its.memory_format,
    )


def _ordered(asked: SelectionRequest, wanted: set[str], known: Knowledge) -> list[Pool]:
    """Pools that ran what is asked: that of most devices and its other versions of the runtime, newest first."""
    pools = [
        pool
        for pool in known.by_model.get(known.model_id(asked.model), ())
        if _fits(asked, pool) and wanted & pool.rates.keys()
    ]
    pools.sort(key=lambda pool: (-len(wanted & pool.rates.keys()), *_newest(pool.condition.runtime_version)))
    of_one = [replace(pool.condition, runtime_version=None) for pool in pools[:1]]
    return [pool for pool in pools if replace(pool.condition, runtime_version=None) in of_one]


def predicted(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> Mapping[str, Estimate]:
    """What the predictor that serves says of models whose operators are known."""
    return {
        device.hardware_id: Estimate(
            each.value, each.low, each.high, "predicted", 0, f"case: {each.case.name}"
        )
        for device, each in answers(asked, devices, known)
    }


def answers(
    asked: SelectionRequest, devices: Sequence[Device], known: Knowledge
) -> Sequence[tuple[Device, Prediction]]:
    """Predicted throughput of those devices that the predictor can be asked of; none for a model without profile."""
    profile = known.profile(asked)
    usable = [
        each
        for each in devices
        if each.facts.kind in _KINDS
        and each.facts.memory_bandwidth
        and matrix_rate(each.facts, asked.precision)
    ]
    if profile is None or not usable:
        return ()
    questions = [
        Question(
            "throughput",
            profile,
            each.facts,
            asked.mode,
            asked.precision,
            batch_size=asked.batch_size,
            runtime=asked.runtime,
            runtime_version=asked.runtime_version,
            compiler=asked.compiler,
            memory_format=asked.memory_format,
        )
        for each in usable
    ]
    said = known.predict("throughput", questions)
    return list(zip(usable, said, strict=True)) if said else ()


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
            "other models",
            each.evidence_count,
            f"{each.evidence_count} conditions of other models"
            if each.evidence_count
            else "its catalogue rates, weighed as other devices' results say",
            is_relative=True,
        )
        for device, each in stand.items()
    }


def by_family_rule(
    asked: SelectionRequest, devices: Sequence[Device], known: Knowledge
) -> Mapping[str, Estimate]:
    """Before anything was measured: by what bounds models of this family."""
    del known
    rule = rule_of(asked)
    found = {}
    for each in devices:
        facts = each.facts
        rate = facts.memory_bandwidth if rule["bound"] == "bandwidth" else matrix_rate(facts, asked.precision)
        if rate:
            told = f"{rule['reason']} ({rule['source']})"
            found[each.hardware_id] = Estimate(rate, None, None, "family rule", 0, told, is_relative=True)
    return found


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


def rule_of(asked: SelectionRequest) -> Mapping[str, str]:
    """The rule of a family and mode; that of text generation where the family is not known."""
    family = asked.known_family or "text_generation"
    return next(rule for rule in _rules() if rule["family"] == family and rule["mode"] in {"any", asked.mode})


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


@cache
def _rules() -> Sequence[Mapping[str, str]]:
    rules: Sequence[Mapping[str, str]] = tomllib.loads(_RULES.read_text(encoding="utf-8"))["rule"]
    return rules


def _fits(asked: SelectionRequest, pool: Pool) -> bool:
    """Whether a pool ran what is asked; what the request leaves open may be anything."""
    condition = pool.condition
    must = (
        (asked.mode, condition.mode),
        (asked.precision, condition.precision),
        (asked.batch_size, condition.batch_size),
    )
    may = (
        (asked.image_size, condition.image_size),
        (asked.sequence_length, condition.sequence_length),
        (asked.runtime, condition.runtime),
        (asked.runtime_version, condition.runtime_version),
        (asked.compiler, condition.compiler),
        (asked.memory_format, condition.memory_format),
    )
    return all(one == its for one, its in must) and all(one in {None, its} for one, its in may)


def _newest(version: str | None) -> tuple[int, ...]:
    """Sorts newer versions first."""
    numbers = [int(part) for part in (version or "0").split(".") if part.isdigit()]
    return tuple(-number for number in (*numbers, 0, 0, 0)[:3])


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
