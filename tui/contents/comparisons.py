"""Pairs of results that differ in nothing but precision, compiler or version: ready to be compared."""

from collections.abc import Sequence
from typing import Any

import duckdb

from tui.contents.listing import Listing

_SAME_VERSION = "runtime_version, runtime_version as against_version"
_OTHERS = """
    model_id, hardware_name, hardware_id, metric, unit, mode, runtime,
    batch_size, value, baseline_value, advantage, point_count, baseline_point_count
"""
_COMMON = f"comparability_id, baseline_comparability_id, {_OTHERS}"
_PAIRS = f"""(
    select pairs.*, coalesce(dim_models.model_name, pairs.model_id) as model
    from (
        select 'precision' as kind, precision as compared, baseline_precision as against, {_SAME_VERSION}, {_COMMON}
        from precision_gains
        union all
        select 'compiler' as kind, compiler as compared, baseline_compiler as against, {_SAME_VERSION}, {_COMMON}
        from compiler_comparisons
        union all
        select
            'version' as kind, runtime_version as compared, baseline_runtime_version as against,
            runtime_version, baseline_runtime_version as against_version,
            comparability_id, comparability_id as baseline_comparability_id, {_OTHERS}
        from stack_comparisons
        where is_newer and runtime_version != baseline_runtime_version
    ) as pairs
    left join dim_models on pairs.model_id = dim_models.model_id
)"""  # noqa: S608 -- names of columns are ours
_NEWEST = """
    select comparability_id, runtime_version, arg_max(event_id, (coalesce(occurred_at, '-infinity'), event_id))
    from fct_results
    where comparability_id in (select unnest($ids)) and status = 'ok' and basis = 'measured'
    group by all
"""


def _with_results(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> Sequence[tuple[Any, ...]]:
    """In place of the two conditions their newest results, of the versions that were compared."""
    ours, theirs = columns.index("event_id"), columns.index("against_event_id")
    version = {ours: columns.index("version"), theirs: columns.index("against_version")}
    ids = [row[at] for row in rows for at in version]
    newest = {(key, of): event for key, of, event in connection.execute(_NEWEST, {"ids": ids}).fetchall()}

    def result(row: tuple[Any, ...], at: int) -> Any:
        return newest.get((row[at], row[version[at]])) if at in version else row[at]

    return [tuple(result(row, at) for at in range(len(row))) for row in rows]


COMPARISONS = Listing(
    name="comparisons",
    title="Ready to be compared: pairs that differ in nothing but precision, compiler or version",
    relation=_PAIRS,
    columns={
        "times": "advantage",
        "kind": "kind",
        "compared": "compared",
        "against": "against",
        "model": "model",
        "hardware": "coalesce(hardware_name, hardware_id)",
        "metric": "metric",
        "value": "value",
        "against_value": "baseline_value",
        "unit": "unit",
        "mode": "mode",
        "batch": "batch_size",
        "runtime": "runtime",
        "version": "runtime_version",
        "against_version": "against_version",
        "points": "point_count",
        "against_points": "baseline_point_count",
        "event_id": "comparability_id",
        "against_event_id": "baseline_comparability_id",
    },
    searched=[
        f"contains(lower({column}), {{word}})"
        for column in (
            "kind",
            "compared",
            "against",
            "model",
            "hardware_name",
            "hardware_id",
            "metric",
            "mode",
        )
    ],
    sort="times",
    key="comparability_id, baseline_comparability_id, metric, kind, runtime_version, against_version",
    measures={"median times": "median(advantage)", "best times": "max(advantage)"},
    empty="nothing was measured in two precisions, with two compilers or two versions",
    finished=_with_results,
)
