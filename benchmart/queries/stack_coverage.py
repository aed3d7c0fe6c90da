"""Why two software stacks cannot be compared: what was measured with each of them, and on which devices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from benchmart.queries.pairs import Asked, Summary, conditions, summaries
from benchmart.queries.rows import fetch

_DEVICES_SHOWN = 8

_MEASURED = """(
    select
        measured.comparability_id, measured.software_stack_id, measured.metric, stacks.runtime,
        stacks.runtime_version, stacks.compute_platform_version, conditions.* exclude (comparability_id, runtime),
        models.family
    from intermediate.int_stacks_summarized as measured
    inner join dim_software_stacks as stacks using (software_stack_id)
    inner join dim_conditions as conditions on measured.comparability_id = conditions.comparability_id
    left join dim_models as models on conditions.model_id = models.model_id
)"""
_SETS = ("mode", "precision", "compiler", "memory_format", "batch_size", "image_size", "sequence_length")
"""What may keep two results of one device from being equal."""


@dataclass(frozen=True, slots=True)
class Unequal:
    """Two sides that share no equal work."""

    reason: str
    measured: Sequence[dict[str, Any]]
    """A row a side, device and version: how many models, and under which conditions."""
    comparable: Sequence[Summary]
    """Comparisons of either side with other stacks."""


def why_not(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Unequal:
    """What was measured with each side of a comparison of stacks that has no pairs."""
    measured = [
        {"side": side, **row}
        for side in (asked.side, asked.baseline)
        if side
        for row in _of_side(connection, replace(asked, side=side, baseline=None))
    ]
    versions = {(row["runtime"], row["runtime_version"]) for row in measured}
    others = summaries(connection, replace(asked, side=None, baseline=None))
    return Unequal(
        _reason(asked, measured),
        measured,
        [
            each
            for each in others
            if {
                (each.keys["runtime"], each.keys["runtime_version"]),
                (each.keys["runtime"], each.keys["baseline_runtime_version"]),
            }
            & versions
        ],
    )


def _of_side(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[dict[str, Any]]:
    where, parameters = conditions(connection, asked)
    sets = ", ".join(f"list_sort(list(distinct {column})) as {column}s" for column in _SETS)
    sql = f"""
        select
            hardware_id, runtime, runtime_version, compute_platform_version,
            count(distinct model_id) as model_count, count(*) as condition_count, {sets}
        from {_MEASURED} as pairs
        {where}
        group by all
        order by model_count desc, hardware_id
    """  # noqa: S608 - names of columns are ours, values are bound
    return fetch(connection, sql, parameters).as_dicts()


def _reason(asked: Asked, measured: Iterable[dict[str, Any]]) -> str:
    devices: dict[str, set[str]] = defaultdict(set)
    for row in measured:
        devices[row["side"]].add(row["hardware_id"])
    ours, theirs = (devices[side or ""] for side in (asked.side, asked.baseline))
    if not asked.side or not asked.baseline:
        return (
            f"nothing measured under {asked.side or asked.baseline} was measured under another stack as well"
        )
    absent = [side for side in (asked.side, asked.baseline) if not devices[side]]
    if absent:
        return f"nothing that fits was measured under {' nor '.join(absent)}"
    if not ours & theirs:
        return (
            f"no device ran both: {asked.side} was measured on {_listed(ours)}, {asked.baseline} on {_listed(theirs)}. "
            "Across devices the difference would be that of the devices, not of the software"
        )
    return f"{_listed(ours & theirs)} ran both, but no model under equal conditions"


def _listed(names: set[str]) -> str:
    more = f" and {len(names) - _DEVICES_SHOWN} more" if len(names) > _DEVICES_SHOWN else ""
    return ", ".join(sorted(names)[:_DEVICES_SHOWN]) + more
