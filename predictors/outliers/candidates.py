"""The results that are held against each other, as the marts have them: a table of each collector and metric."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

_CANDIDATES = """
    with results as (
        select
            event_id, performance.collector, performance.batch_size, performance.parameter_count,
            performance.image_size,
            case
                when items_per_second > 0 then 'throughput'
                when tokens_per_second > 0 then 'token_throughput'
                when latency_mean_seconds > 0 then 'latency_mean'
                when memory_device_peak_bytes > 0 then 'memory_device_peak'
                when memory_peak_bytes > 0 then 'memory_peak'
            end as metric,
            case metric
                when 'throughput' then items_per_second
                when 'token_throughput' then tokens_per_second
                when 'latency_mean' then latency_mean_seconds
                when 'memory_device_peak' then memory_device_peak_bytes
                when 'memory_peak' then memory_peak_bytes
            end as value,
            concat_ws(
                ' ', performance.model_id, performance.phase, performance.image_size, performance.sequence_length
            ) as subject,
            concat_ws(
                ' ', coalesce(performance.hardware_id, source.device), performance.device_count, performance.mode,
                performance.phase, performance.runtime, performance.runtime_version, performance.compiler,
                performance.precision, performance.memory_format, performance.condition::varchar
            ) as setting
        from performance
        inner join fct_results as source using (event_id)
        where performance.status = 'ok' and performance.basis = 'measured' and performance.model_id is not null
            and ($collectors is null or list_contains($collectors, performance.collector))
    ),

    batches as (
        select collector, metric, setting, max(size_count) > 1 as is_chosen
        from (
            select collector, metric, setting, subject, count(distinct batch_size) as size_count
            from results
            group by all
        )
        group by all
    ),

    works as (
        select
            event_id,
            max(value) filter (where metric = 'macs_per_item') as macs_per_item,
            max(value) filter (where metric = 'activations_per_item') as activations_per_item
        from fct_measurements
        where metric in ('macs_per_item', 'activations_per_item')
        group by event_id
    ),

    candidates as (
        select
            results.event_id, results.collector, results.metric, results.subject,
            -- elsewhere the batch size is what fitted into memory
            results.setting
                || if(batches.is_chosen, ' batch ' || coalesce(results.batch_size, 0), '') as configuration,
            results.value, results.parameter_count, works.macs_per_item, works.activations_per_item,
            results.image_size
        from results
        inner join batches using (collector, metric, setting)
        left join works using (event_id)
        where isfinite(results.value)
    )
"""
_TABLES = (
    _CANDIDATES
    + """
    select
        collector, metric, count(*) as result_count,
        -- the same whatever the order: ids are there once each
        lower(lpad(to_hex(bit_xor(md5_number(concat_ws(
            chr(31), event_id, subject, configuration, value, coalesce(parameter_count, -1),
            coalesce(macs_per_item, -1), coalesce(activations_per_item, -1), coalesce(image_size, -1)
        )))), 32, '0')) as digest
    from candidates
    group by all
    order by result_count, collector, metric
"""
)
_RESULTS = (
    _CANDIDATES  # noqa: S608 - no part of it is anybody else's
    + """
    select replace(event_id::varchar, '-', '') as event_id, candidates.* exclude (event_id)
    from candidates
    where metric = $metric
    order by candidates.event_id
"""
)


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The results of a collector in one metric, in short."""

    collector: str
    metric: str
    """A result's rate before its latency before its memory."""
    result_count: int
    digest: str
    """128 bits over all that judging them looks at, in hexadecimal."""


def tables(connection: duckdb.DuckDBPyConnection, collectors: Sequence[str] = ()) -> list[ResultTable]:
    """Those there are, of these collectors or of all; small ones first."""
    rows = connection.execute(_TABLES, {"collectors": list(collectors) or None}).fetchall()
    return [ResultTable(*row) for row in rows]


def results_of(connection: duckdb.DuckDBPyConnection, table: ResultTable) -> pa.Table:
    """Its rows in the order of their events, with the columns that `results.scored` takes."""
    asked = {"collectors": [table.collector], "metric": table.metric}
    return connection.sql(_RESULTS, params=asked).to_arrow_table()
