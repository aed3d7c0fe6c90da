"""Results, tests, models and devices as plain tables, in the units their columns name.

Columns that the older benchmark database had too are called as there. A model or device that has no results gives an
empty table, and a warning with the names that are near.
"""

import logging
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.names import resolve
from benchmart.queries.rows import Rows, fetch

_log = logging.getLogger(__name__)

METRIC_WORDS = {
    "throughput": ("throughput", 1.0, "item/second"),
    "latency": ("latency_mean", 1e3, "millisecond"),
    "memory": ("memory_peak", 1e-6, "megabyte"),
}
"""Words of the older database: a metric, and its base unit in a unit of that database. Others stand in base units."""

_EVENT_ID = "replace(results.event_id::varchar, '-', '')"

_PERFORMANCE = f"""
    with numbers as (
        select
            event_id,
            max(value) filter (where metric = 'throughput') as throughput,
            max(value) filter (where metric = 'latency_mean') as latency_mean,
            max(value) filter (where metric = 'latency_p90') as latency_p90,
            max(value) filter (where metric = 'latency_p95') as latency_p95,
            max(value) filter (where metric = 'latency_p99') as latency_p99,
            max(value) filter (where metric = 'memory_peak') as memory_peak,
            max(value) filter (where metric = 'duration') as duration
        from fct_measurements
        where is_unit_known {{of_model}}
        group by event_id
    )
    select
        {_EVENT_ID} as result_id, results.run_id,
        models.model_name, models.family as model_family,
        results.device_kind as hardware_type, hardware.hardware_name as device_name,
        results.batch_size, results.precision,
        results.condition['test_case'] as test_case, results.status, results.basis,
        numbers.throughput as throughput_items_per_second,
        numbers.latency_mean * 1e3 as average_latency_ms,
        numbers.latency_p90 * 1e3 as latency_p90_ms,
        numbers.latency_p95 * 1e3 as latency_p95_ms,
        numbers.latency_p99 * 1e3 as latency_p99_ms,
        numbers.memory_peak / 1e6 as memory_peak_mb,
        numbers.duration as total_time_seconds,
        results.occurred_at, results.recorded_at as created_at
    from fct_results as results
    inner join numbers on results.event_id = numbers.event_id
    left join dim_models as models on results.model_id = models.model_id
    left join dim_hardware as hardware on results.hardware_id = hardware.hardware_id
    where results.subject_kind = 'model' {{conditions}}
    {{latest}}
    order by model_name, hardware_type, device_name, batch_size, precision, occurred_at, results.event_id
"""  # noqa: S608 - column names are ours, values are bound

_LATEST = """
    qualify row_number() over (
        partition by results.comparability_id, results.basis
        order by results.occurred_at desc nulls last, results.recorded_at desc, results.event_id
    ) = 1
"""

_COMPATIBILITY = """
    select
        model_name, family as model_family, device_kind as hardware_type, hardware_name as device_name,
        runtime, mode, precision, status, basis, success_count > 0 as is_compatible,
        score as avg_compatibility_score, success_count as compatible_count, failure_count as incompatible_count,
        untested_count, error_class as error_type, suggested_fix, first_seen_at, last_seen_at as last_tested
    from compatibility_matrix as results
    where true {conditions}
    order by all
"""

_TESTS = """
    select
        split_part(results.subject, '::', 1) as test_module,
        count(*) as total_tests,
        count(*) filter (where is_run and status = 'ok') as passed,
        count(*) filter (where is_run and status = 'failed' and outcome is distinct from 'error') as failed,
        count(*) filter (where is_run and status = 'failed' and outcome = 'error') as errors,
        count(*) filter (where status in ('skipped', 'untested')) as skipped,
        count(*) filter (where not is_run and status in ('ok', 'failed')) as not_measured,
        sum(durations.value) filter (where is_run and status = 'ok') as passed_seconds,
        max(coalesce(results.occurred_at, results.recorded_at)) as last_run
    from (
        select *, basis = 'measured' as is_run, attributes['outcome'] as outcome from fct_results
    ) as results
    left join (select event_id, value from fct_measurements where metric = 'duration') as durations
        on results.event_id = durations.event_id
    where results.subject_kind = 'test' {conditions}
    group by test_module
    order by test_module
"""

_COMPARISON = """
    select
        models.model_name, results.device_kind as hardware_type, hardware.hardware_name as device_name,
        results.batch_size, results.precision, numbers.metric, coalesce($unit, any_value(numbers.unit)) as unit,
        arg_max(
            numbers.value, (coalesce(results.occurred_at, results.recorded_at), results.recorded_at, results.event_id)
        ) * $scale as metric_value,
        count(*) as result_count,
        min(numbers.value) * $scale as lowest, median(numbers.value) * $scale as median,
        max(numbers.value) * $scale as highest
    from fct_results as results
    inner join fct_measurements as numbers on results.event_id = numbers.event_id
    left join dim_metrics as metrics on numbers.metric = metrics.metric
    left join dim_models as models on results.model_id = models.model_id
    left join dim_hardware as hardware on results.hardware_id = hardware.hardware_id
    where
        results.basis = 'measured' and results.status = 'ok' and numbers.is_unit_known
        and numbers.metric = $metric {conditions}
    group by all
    order by
        results.batch_size, results.precision,
        case when any_value(metrics.direction) = 'higher' then -median(numbers.value) else median(numbers.value) end
"""


def performance(
    connection: duckdb.DuckDBPyConnection,
    model: str | None = None,
    hardware: str | None = None,
    batch_size: int | None = None,
    precision: str | None = None,
    *,
    latest_only: bool = True,
) -> Rows:
    """Results of models with numbers; `latest_only` keeps the newest of those that can be compared, of each basis."""
    conditions, parameters = _conditions(connection, model, hardware)
    if batch_size is not None:
        conditions, parameters["batch_size"] = (
            f"{conditions} and results.batch_size = $batch_size",
            batch_size,
        )
    if precision is not None:
        conditions = (
            f"{conditions} and lower($precision) in (results.precision, lower(results.source_precision))"
        )
        parameters["precision"] = precision
    # Said of the numbers too, so that no others are gathered.
    of_model = "and model_id = $model" if "model" in parameters else ""
    sql = _PERFORMANCE.format(conditions=conditions, of_model=of_model, latest=_LATEST if latest_only else "")
    return fetch(connection, sql, parameters)


def compatibility_by_name(
    connection: duckdb.DuckDBPyConnection, model: str | None = None, hardware: str | None = None
) -> Rows:
    """The compatibility matrix, one row a cell."""
    conditions, parameters = _conditions(connection, model, hardware)
    return fetch(connection, _COMPATIBILITY.format(conditions=conditions), parameters)


def summary_of_tests(connection: duckdb.DuckDBPyConnection, module: str | None = None) -> Rows:
    """How the tests of each module ended; what was only simulated counts as `not_measured`."""
    condition = "and split_part(results.subject, '::', 1) = $module" if module else ""
    return fetch(connection, _TESTS.format(conditions=condition), {"module": module} if module else {})


def performance_comparison(connection: duckdb.DuckDBPyConnection, model: str, metric: str) -> Rows:
    """One metric of a model on every device, the best first among equal batch sizes and precisions; measured only.

    `metric_value` is the newest. Raises UsageError when the metric is unknown.
    """
    name, scale, unit = METRIC_WORDS.get(metric.lower(), (metric, 1.0, None))
    known = [
        row[0] for row in connection.execute("select metric from dim_metrics order by metric").fetchall()
    ]
    if name not in known:
        raise UsageError(f"no metric {metric!r}", hint=f"Known are: {', '.join([*METRIC_WORDS, *known])}")
    conditions, parameters = _conditions(connection, model, None)
    parameters |= {"metric": name, "scale": scale, "unit": unit}
    return fetch(connection, _COMPARISON.format(conditions=conditions), parameters)


def hardware_with_results(connection: duckdb.DuckDBPyConnection) -> Rows:
    """The devices that have results."""
    sql = """
        select
            hardware_id, device_kind as hardware_type, hardware_name as device_name, vendor,
            memory_bytes / 1e9 as memory_gb, is_catalogued
        from dim_hardware
        where has_results
        order by hardware_id
    """
    return fetch(connection, sql)


def models_with_results(connection: duckdb.DuckDBPyConnection) -> Rows:
    """The models that have results."""
    sql = """
        select
            model_id, model_name, family as model_family, modality, parameter_count / 1e6 as parameters_million
        from dim_models
        where has_results
        order by model_id
    """
    return fetch(connection, sql)


def _conditions(
    connection: duckdb.DuckDBPyConnection, model: str | None, hardware: str | None
) -> tuple[str, dict[str, Any]]:
    """What to add to a `where`, and its parameters; hardware is a kind of device, or a device."""
    terms: list[str] = []
    parameters: dict[str, Any] = {}
    try:
        if model is not None:
            parameters["model"] = resolve(connection, "model", [model])[0]
            terms.append("and results.model_id = $model")
        if hardware is not None:
            kinds = connection.execute("select distinct device_kind from dim_conditions").fetchall()
            is_kind = (hardware.lower(),) in kinds
            parameters["hardware"] = (
                hardware.lower() if is_kind else resolve(connection, "hardware", [hardware])[0]
            )
            terms.append(f"and results.{'device_kind' if is_kind else 'hardware_id'} = $hardware")
    except UsageError as error:
        _log.warning("%s", error)
        return "and false", {}
    return " ".join(terms), parameters
