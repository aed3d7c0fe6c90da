"""One metric by device, model, batch size or family: the questions of the older benchmark database's query tool."""

from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.names import resolve
from benchmart.queries.results import METRIC_WORDS
from benchmart.queries.rows import Rows, fetch
from benchmart.sql_hints import nearest

_CONDITION = """
    results.device_count, results.mode, results.phase, results.precision, results.compiler, results.sequence_length,
    results.image_size, results.batch_size
"""

_GROUPS = {
    "hardware": f"models.model_name, results.device_kind as hardware_type, hardware.hardware_name, {_CONDITION}",
    "models": f"models.model_name, models.family as model_family, hardware.hardware_name, {_CONDITION}",
    "batch": f"models.model_name, hardware.hardware_name, results.runtime_version, {_CONDITION}",
}
"""What is compared, and the columns that stand beside a value. Values of equal columns are one row."""

_NUMBERS = """
    from fct_measurements as numbers
    inner join fct_results as results on numbers.event_id = results.event_id
    left join dim_models as models on results.model_id = models.model_id
    left join dim_hardware as hardware on results.hardware_id = hardware.hardware_id
    left join dim_metrics as metrics on numbers.metric = metrics.metric
    where
        numbers.metric = $metric and numbers.basis = 'measured' and numbers.status = 'ok' and numbers.is_unit_known
        and results.subject_kind = 'model' {conditions}
"""

_BY_VALUE = """
    case when any_value(metrics.direction) = 'higher' then -median(numbers.value) else median(numbers.value) end
"""

_COMPARED = f"""
    select
        {{columns}},
        median(numbers.value) * $scale as {{name}}, coalesce($unit, any_value(numbers.unit)) as unit,
        min(numbers.value) * $scale as lowest, max(numbers.value) * $scale as highest, count(*) as result_count
    {_NUMBERS}
    group by all
    order by {{order}}
"""

_FAMILIES = f"""
    with models as (
        select
            models.family, results.device_kind, hardware.hardware_name, results.mode, results.model_id,
            median(numbers.value) as value, any_value(numbers.unit) as unit, count(*) as results
        {_NUMBERS}
        group by all
    )
    select
        family as model_family, device_kind as hardware_type, hardware_name, mode,
        median(value) * $scale as {{name}}, coalesce($unit, any_value(unit)) as unit,
        min(value) * $scale as lowest, max(value) * $scale as highest,
        count(*) as model_count, sum(results)::bigint as result_count
    from models
    group by all
    order by model_family nulls last, {{name}} desc, hardware_name, mode
"""  # noqa: S608 - column names are ours, values are bound

_TIES = f"models.model_name, hardware.hardware_name, {_CONDITION}"
_ORDERS = {
    "hardware": f"{_BY_VALUE}, {_TIES}",
    "models": f"{_BY_VALUE}, {_TIES}",
    "batch": f"models.model_name, hardware.hardware_name, results.runtime_version, {_CONDITION}",
}


def one_metric(
    connection: duckdb.DuckDBPyConnection,
    by: str,
    metric: str,
    *,
    model: str | None = None,
    hardware: str | None = None,
    family: str | None = None,
    limit: int | None = None,
) -> Rows:
    """Medians of what was measured, by `hardware`, `models`, `batch` or `family`, in the unit beside; the best first.

    Over families, each model counts once. `metric` is a metric, or a word of `METRIC_WORDS`; `hardware` is a device or
    a kind of device. Raises UsageError for what has no results.
    """
    name, scale, unit = METRIC_WORDS.get(metric.lower(), (metric, 1.0, None))
    _check_metric(connection, name, metric)
    conditions, parameters = _conditions(connection, model, hardware, family)
    parameters |= {"metric": name, "scale": scale, "unit": unit}
    if by == "family":
        sql = _FAMILIES.format(conditions=conditions, name=name)
    else:
        sql = _COMPARED.format(columns=_GROUPS[by], name=name, conditions=conditions, order=_ORDERS[by])
    return fetch(connection, sql, parameters, limit)


def _check_metric(connection: duckdb.DuckDBPyConnection, name: str, written: str) -> None:
    known = [
        each for (each,) in connection.execute("select metric from dim_metrics order by metric").fetchall()
    ]
    if name not in known:
        near = nearest(written, [*METRIC_WORDS, *known])
        listed = f"Did you mean: {', '.join(near)}" if near else f"Try one of: {', '.join(METRIC_WORDS)}"
        raise UsageError(f"no metric {written!r}", hint=listed)


def _conditions(
    connection: duckdb.DuckDBPyConnection, model: str | None, hardware: str | None, family: str | None
) -> tuple[str, dict[str, Any]]:
    """What to add to a `where`, and its parameters."""
    terms: list[str] = []
    parameters: dict[str, Any] = {}
    if model is not None:
        parameters["model"] = resolve(connection, "model", [model])[0]
        # Said of both, so that of neither side more is read than this model's.
        terms.append("and numbers.model_id = $model and results.model_id = $model")
    if hardware is not None:
        column, parameters["hardware"] = _device_or_kind(connection, hardware)
        terms.append(f"and {column} = $hardware")
    if family is not None:
        known = connection.execute("select distinct family from dim_models where has_results").fetchall()
        families = sorted(name for (name,) in known if name)
        if family not in families:
            raise UsageError(f"no family {family!r} has results", hint=f"There are: {', '.join(families)}")
        parameters["family"] = family
        terms.append("and models.family = $family")
    return " ".join(terms), parameters


def _device_or_kind(connection: duckdb.DuckDBPyConnection, hardware: str) -> tuple[str, str]:
    kinds = connection.execute("select distinct device_kind from compatibility_matrix").fetchall()
    if (hardware.lower(),) in kinds:
        return "results.device_kind", hardware.lower()
    return "numbers.hardware_id", resolve(connection, "hardware", [hardware])[0]
