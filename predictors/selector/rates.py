"""What was measured, as pools: devices that did the same work under the same software, each with its rate."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import duckdb

from predictors.memory.groups import plain_name

_RATES = """
    select
        results.model_id, results.family, results.hardware_id, results.mode, results.phase, results.precision,
        results.batch_size, results.image_size, results.sequence_length, results.runtime, results.runtime_version,
        results.compiler, results.memory_format, map_entries(results.condition) as more,
        case
            when results.condition['division'] = 'open'
                then regexp_extract(lower(facts.attributes['framework']), '[a-z_]+')
        end as software,
        results.items_per_second is null as is_tokens,
        list(
            coalesce(results.items_per_second, results.tokens_per_second) / coalesce(results.device_count, 1)
            order by results.event_id
        ) as rates
    from performance as results
    inner join fct_results as facts using (event_id)
    where
        results.status = 'ok' and results.basis = 'measured' and results.mode is not null
        and results.model_id is not null and results.hardware_id is not null
        and coalesce(results.items_per_second, results.tokens_per_second) > 0
        and isfinite(coalesce(results.items_per_second, results.tokens_per_second))
    group by all
    order by min(results.event_id)
"""
"""Grouped in the warehouse: a result each in Python would take a minute, and gigabytes, for a million of them."""
_STATED = (
    "mode", "phase", "precision", "batch_size", "image_size", "sequence_length", "runtime", "runtime_version",
    "compiler", "memory_format",
)  # fmt: skip
_STRANGE = 0.2
"""Weight of evidence for each of mode, precision and the like that differs from what is asked."""
_OTHER_FAMILY = 0.3


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be equal for rates to be held against each other. None where no source says."""

    mode: str
    phase: str | None = None
    precision: str | None = None
    batch_size: int | None = None
    image_size: int | None = None
    sequence_length: int | None = None
    runtime: str | None = None
    runtime_version: str | None = None
    compiler: str | None = None
    memory_format: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    """What else a source demands, such as the scenario of MLPerf."""
    software: str | None = None
    """The framework, where a benchmark leaves it (and with it the work) open, as MLPerf's open division does."""
    is_tokens: bool = False
    """Whether the rate counts tokens and not items."""

    @property
    def signature(self) -> tuple[str | None, ...]:
        """What makes devices differ in the same way: neither sizes nor versions."""
        more = dict(self.more)
        kept = (more.get("scenario"), more.get("division"))
        return (self.mode, self.phase, self.precision, self.compiler, self.memory_format, *kept)


@dataclass(frozen=True, slots=True)
class Pool:
    """One model under one condition, on several devices or one."""

    model_id: str
    family: str | None
    condition: Condition
    rates: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Items (or tokens) a second of one device, by hardware id."""

    @property
    def twin(self) -> str:
        """The name that copies of a model with other weights share."""
        return plain_name(self.model_id)

    @property
    def medians(self) -> dict[str, float]:
        """The median rate of each device."""
        return {device: median(values) for device, values in self.rates.items()}


def read_pools(connection: duckdb.DuckDBPyConnection) -> list[Pool]:
    """All measured rates of models on one kind of device, in the order of their first event.

    A result on several equal devices counts with its rate divided by their number, which is what one of them
    contributed and not what one alone would have done.
    """
    found: dict[tuple[str, str | None, Condition], dict[str, list[float]]] = {}
    for row in connection.execute(_RATES).fetchall():
        model_id, family, device, *stated, more, software, is_tokens, rates = row
        entries = tuple(sorted((each["key"], each["value"]) for each in more or ()))
        words = dict(zip(_STATED, stated, strict=True))
        condition = Condition(**words, more=entries, software=software, is_tokens=is_tokens)
        found.setdefault((model_id, family, condition), defaultdict(list))[device].extend(rates)
    return [Pool(*key, dict(rates)) for key, rates in found.items()]


def likeness(family: str | None, condition: Condition, other: Pool) -> float:
    """How much another pool tells of devices under this condition, from 0 to 1."""
    weight = 1.0 if family is None or family == other.family else _OTHER_FAMILY
    pairs = zip(condition.signature, other.condition.signature, strict=True)
    return weight * _STRANGE ** sum(one is not None and one != its for one, its in pairs)
