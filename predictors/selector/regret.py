"""How good choices are where the answer is known: each model hidden in turn, a device chosen, the loss taken."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from predictors.contract import HardwareFacts
from predictors.selector.foretold import answers
from predictors.selector.knowledge import Knowledge
from predictors.selector.rates import Pool
from predictors.selector.request import SelectionRequest
from predictors.selector.transfer import Transfer

NEAR = 0.05
"""A choice that loses at most this share of the best rate is nearly the best."""


Foretell = Callable[[Pool], Mapping[str, float]]
"""Rates of a pool's devices by a predictor that has never seen its model; empty where it has, or cannot be asked."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice, and what came of it."""

    pool: Pool
    chosen: str
    best: str
    basis: str
    """`predicted` or `other models`."""
    regret: float
    """Throughput lost against the best device of the pool: 1 - rate / best rate."""
    evidence_count: int
    """Pools of other models that the device was in."""


@dataclass(frozen=True, slots=True)
class Score:
    """Choices of one kind, together."""

    name: str
    choice_count: int
    model_count: int
    device_count: int
    mean_regret: float
    near_share: float
    """Choices that lost at most NEAR."""
    worst_regret: float
    first_share: float
    """Choices of the very best device."""


def choices(
    pools: Sequence[Pool],
    hardware: Mapping[str, HardwareFacts],
    evidence: Sequence[Pool] = (),
    foretell: Foretell | None = None,
) -> list[Choice]:
    """One choice for every model and condition that several devices ran, with the model's own rows hidden.

    A model's results under any weights are hidden from its choices. A device is chosen by prediction where a predictor
    answers for all of the pool, else by how devices stood to each other when they ran other models.

    Args:
        pools: What is chosen for, and evidence for the choices of other models.
        hardware: Known devices; pools with others are left out.
        evidence: More pools to learn from, such as those of a home.
        foretell: The predictor.
    """
    shared = [pool for pool in pools if len(pool.rates) > 1 and all(each in hardware for each in pool.rates)]
    transfer = Transfer([*pools, *evidence], hardware)
    return [found for pool in shared if (found := _choice(pool, transfer, foretell)) is not None]


def _choice(pool: Pool, transfer: Transfer, foretell: Foretell | None) -> Choice | None:
    """None when nothing tells of any device of the pool."""
    rates = pool.medians
    stand = transfer.standings(list(rates), pool.family, pool.condition, hidden_twin=pool.twin)
    foretold = foretell(pool) if foretell else {}
    is_foretold = foretold.keys() == rates.keys()
    told = foretold if is_foretold else {device: each.log_rate for device, each in stand.items()}
    if not told:
        return None
    chosen = max(told, key=lambda device: (told[device], device))
    best = max(rates, key=lambda device: (rates[device], device))
    evidence = stand[chosen].evidence_count if chosen in stand else 0
    basis = "predicted" if is_foretold else "other models"
    return Choice(pool, chosen, best, basis, 1 - rates[chosen] / rates[best], evidence)


def foretold_by(known: Knowledge) -> Foretell:
    """What the predictor that serves in a home says of models it has not seen."""

    def foretell(pool: Pool) -> Mapping[str, float]:
        condition = pool.condition
        if condition.precision is None or condition.batch_size is None or condition.is_tokens:
            return {}
        asked = SelectionRequest(
            pool.model_id,
            mode=condition.mode,
            precision=condition.precision,
            batch_size=condition.batch_size,
            sequence_length=condition.sequence_length,
            image_size=condition.image_size,
            runtime=condition.runtime,
            runtime_version=condition.runtime_version,
            compiler=condition.compiler,
            memory_format=condition.memory_format,
        )
        devices = [known.devices[each] for each in pool.rates if each in known.devices]
        said = answers(asked, devices, known)
        if any(each.case.is_model_seen for _, each in said):
            return {}
        return {device.hardware_id: each.value for device, each in said}

    return foretell


def scores(found: Iterable[Choice]) -> list[Score]:
    """All choices together, and those of each mode, precision, scenario and division."""
    groups: dict[str, list[Choice]] = {}
    for each in found:
        for name in ("all", " ".join(word for word in each.pool.condition.signature if word)):
            groups.setdefault(name, []).append(each)
    return [_score(name, group) for name, group in groups.items()]


def across_software(pools: Iterable[Pool]) -> list[Pool]:
    """The same devices with each its own best software, layout, compiler and batch: a wider question than `choices`.

    What is left equal is the model, mode, phase, precision, sizes of input and what a benchmark demands.
    """
    found: dict[tuple[object, ...], Pool] = {}
    for pool in pools:
        condition = replace(
            pool.condition, batch_size=None, runtime_version=None, compiler=None, memory_format=None
        )
        key = (pool.model_id, condition)
        known = found.setdefault(key, Pool(pool.model_id, pool.family, condition, {}))
        merged = dict(known.rates)
        for device, rate in pool.medians.items():
            merged[device] = [max(rate, *merged.get(device, [0.0]))]
        found[key] = replace(known, rates=merged)
    return list(found.values())


def _score(name: str, group: Sequence[Choice]) -> Score:
    lost = [each.regret for each in group]
    return Score(
        name=name,
        choice_count=len(group),
        model_count=len({each.pool.model_id for each in group}),
        device_count=len({device for each in group for device in each.pool.rates}),
        mean_regret=sum(lost) / len(lost),
        near_share=sum(regret <= NEAR for regret in lost) / len(lost),
        worst_regret=max(lost),
        first_share=sum(each.chosen == each.best for each in group) / len(group),
    )
