"""What was measured of the model itself: the rates of each device under the condition that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from predictors.selector.devices import Device
from predictors.selector.estimate import MEASURED, Estimate
from predictors.selector.knowledge import Knowledge
from predictors.selector.rates import Pool
from predictors.selector.request import SelectionRequest


def measured(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> Mapping[str, Estimate]:
    """Medians of results of the same model and condition; of other versions of the runtime where one lacks a device."""
    wanted = {each.hardware_id for each in devices}
    found: dict[str, Estimate] = {}
    for at, pool in enumerate(_ordered(asked, wanted, known)):
        for device in wanted & pool.rates.keys() - found.keys():
            rates = sorted(pool.rates[device])
            its = pool.condition.runtime_version or "an unknown version"
            told = "measured" if at == 0 else f"measured under {its} of the runtime, unlike others"
            found[device] = Estimate(pool.medians[device], rates[0], rates[-1], MEASURED, len(rates), told)
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
