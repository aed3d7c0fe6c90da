"""Comparisons of every kind: pairs of results under otherwise equal conditions, each model counted once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.comparison_kinds import KINDS, Kind
from benchmart.queries.names import resolve, resolve_among
from benchmart.queries.rows import Rows, fetch
from benchmart.queries.sides import resolve_side
from benchmart.statistics import median_interval


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare, and which pairs to keep; an empty list keeps all."""

    by: str = "hardware"
    side: str | None = None
    baseline: str | None = None
    metric: str = "throughput"
    models: Sequence[str] = ()
    families: Sequence[str] = ()
    modes: Sequence[str] = ()
    precisions: Sequence[str] = ()
    hardware: Sequence[str] = ()
    collectors: Sequence[str] = ()

    @property
    def kind(self) -> Kind:
        """The kind of comparison."""
        return KINDS[self.by]


@dataclass(frozen=True, slots=True)
class Summary:
    """How one side does against the other in one metric, over all models that both have measured alike."""

    keys: Mapping[str, Any]
    """What is compared: the columns the kind tells comparisons apart by."""
    metric: str
    pair_count: int
    """Pairs of results under otherwise equal conditions."""
    model_count: int
    """Models among them; each counts once, however many pairs it has."""
    better_count: int
    """Models whose median advantage is above 1."""
    advantage: float
    """Median over models of each model's median advantage: above 1 is better than the baseline."""
    advantage_low: float | None
    """Lower end of its 95 % interval over models; None for fewer than 6 models."""
    advantage_high: float | None
    worst: float
    """Smallest advantage of any pair."""
    best: float
    extra: Mapping[str, float | None]
    """Median over models of the kind's further column."""

    def as_dict(self) -> dict[str, Any]:
        """One flat row."""
        row = asdict(self)
        keys, extra = row.pop("keys"), row.pop("extra")
        return {**keys, **row, **extra}


def summaries(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[Summary]:
    """One summary for every two things compared, most models first.

    Raises UsageError when something asked for has no results.
    """
    kind = asked.kind
    where, parameters = conditions(connection, asked)
    keys = ", ".join(kind.keys)
    sql = f"""
        with of_models as (
            select
                {keys}, model_id, count(*) as pairs, median(advantage) as middle,
                min(advantage) as least, max(advantage) as most, median({kind.extra or "null::double"}) as extra
            from {kind.relation} as pairs
            {where} and advantage is not null
            group by {keys}, model_id
        )
        select
            {keys}, sum(pairs)::bigint, list(middle), min(least), max(most), median(extra)
        from of_models
        group by {keys}
    """  # noqa: S608 - names of columns and relations are ours, values are bound
    found = [_summary(kind, asked.metric, row) for row in connection.execute(sql, parameters).fetchall()]
    return sorted(found, key=lambda each: (-each.model_count, *map(_sortable, each.keys.values())))


def pairs_worst_first(connection: duckdb.DuckDBPyConnection, asked: Asked, limit: int | None = None) -> Rows:
    """The single pairs behind the summaries, the smallest advantage first.

    Raises UsageError when something asked for has no results.
    """
    kind = asked.kind
    where, parameters = conditions(connection, asked)
    wanted = (
        "advantage",
        *([kind.extra] if kind.extra else ()),
        "model_id",
        *kind.keys,
        *_NUMBERS,
        *kind.condition,
    )
    sql = f"""
        select {", ".join(dict.fromkeys(wanted))}
        from {kind.relation} as pairs
        {where}
        order by advantage, model_id, {", ".join(kind.place)}
        {"" if limit is None else f"limit {limit + 1}"}
    """  # noqa: S608 - names of columns and relations are ours, values are bound
    return fetch(connection, sql, parameters, limit)


def metrics_with_pairs(connection: duckdb.DuckDBPyConnection, asked: Asked) -> dict[str, int]:
    """Which metrics have pairs in an otherwise equal comparison, and how many."""
    where, parameters = conditions(connection, asked, with_metric=False)
    sql = f"select metric, count(*) from {asked.kind.relation} as pairs {where} group by 1 order by 2 desc, 1"  # noqa: S608
    return dict(connection.execute(sql, parameters).fetchall())


def conditions(
    connection: duckdb.DuckDBPyConnection, asked: Asked, *, with_metric: bool = True
) -> tuple[str, dict[str, Any]]:
    """The WHERE clause that keeps what was asked for, and its parameters.

    Raises UsageError when something asked for has no results.
    """
    kind = asked.kind
    known = [name for (name,) in connection.execute(_METRICS).fetchall()]
    metric = resolve_among("metric", asked.metric, known)
    given: dict[str, list[Any]] = {}
    if kind.sides:
        for column, side in zip(kind.sides, (asked.side, asked.baseline), strict=True):
            given |= {column: resolve_side(connection, kind.side, side)} if side else {}
    elif asked.side:
        raise UsageError(
            f"a comparison by {kind.name} has no sides to name, and {asked.side!r} was given",
            hint="Narrow it with --model, --hardware and the like",
        )
    terms = [f"list_contains(${column}, {column})" for column in given]
    # Each pair stands both ways round; one is enough when nobody asks for a side.
    terms += [] if given else [kind.one_way]
    filters = {
        "hardware_id": resolve(connection, "hardware", asked.hardware),
        "model_id": resolve(connection, "model", asked.models),
        "family": list(asked.families),
        "mode": list(asked.modes),
        "precision": list(asked.precisions),
    }
    for column, values in filters.items():
        if values:
            given[f"kept_{column}"] = values
            terms.append(f"list_contains($kept_{column}, {column})")
    if asked.collectors:
        given["collectors"] = _collectors(connection, asked.collectors)
        terms.append(_BROUGHT_IN)
    parameters: dict[str, Any] = dict(given)
    if with_metric:
        terms.append("metric = $metric")
        parameters["metric"] = metric
    return f"where {' and '.join(terms)}", parameters


def _collectors(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[str]:
    """Whole names of collectors; an adapter is known without its prefix too."""
    known = [name for (name,) in connection.execute("select distinct collector from dim_runs").fetchall()]
    short = {name.removeprefix("adapter:"): name for name in known}
    return [short[resolve_among("collector", name.removeprefix("adapter:"), short)] for name in names]


def _summary(kind: Kind, metric: str, row: Sequence[Any]) -> Summary:
    """`row` has the keys, the number of pairs, the models' medians, the least, the greatest and the further one."""
    pairs, medians, least, most, extra = row[len(kind.keys) :]
    low, high = median_interval(medians) or (None, None)
    return Summary(
        dict(zip(kind.keys, row, strict=False)),
        metric,
        pair_count=pairs,
        model_count=len(medians),
        better_count=sum(value > 1 for value in medians),
        advantage=median(medians),
        advantage_low=low,
        advantage_high=high,
        worst=least,
        best=most,
        extra={kind.extra: extra} if kind.extra else {},
    )


def _sortable(value: Any) -> tuple[bool, bool, Any]:
    """Nothing comes last, and numbers and texts do not meet."""
    return (value is None, isinstance(value, str), value if value is not None else 0)


_NUMBERS = ("value", "baseline_value", "unit", "point_count", "baseline_point_count")
_METRICS = "select metric from dim_metrics where direction != 'none' order by metric"
_BROUGHT_IN = """comparability_id in (
    select results.comparability_id from fct_results as results where list_contains($collectors, results.collector)
)"""
