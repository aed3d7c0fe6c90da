{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{#
    Every number of every result, in base units, with what it is most often asked by. A run that is told twice, by its
    log and by a table made of it, is one measurement. Like results, those that arrive together lie in the order in which
    they are asked for; the numbers of a result stay together, so that its id takes no space again.
#}

with arrived as (

    select
        results.event_id,
        results.comparability_id,
        results.model_id,
        results.hardware_id,
        results.runtime_version,
        results.status,
        results.basis,
        results.occurred_at,
        try_cast(results.attributes['commit_time'] as timestamptz) as committed_at,
        deduplicated.metrics
    from {{ ref('int_results_deduplicated') }} as deduplicated
    inner join {{ ref('int_results_identified') }} as results
        on deduplicated.event_id = results.event_id
    where
        results.{{ is_from_current_build() }}
        and not results.is_known
        and {{ is_a_run_of_its_own('results') }}

),

unpacked as (

    select
        * exclude (metrics),
        unnest(range(1, len(metrics) + 1)) as metric_position,
        unnest(metrics) as metric
    from arrived

),

normalized as (

    select
        unpacked.event_id,
        cast(unpacked.metric_position as integer) as metric_position,
        unpacked.comparability_id,
        unpacked.model_id,
        unpacked.hardware_id,
        unpacked.runtime_version,
        unpacked.status,
        unpacked.basis,
        unpacked.metric.name as metric,
        coalesce(units.base_unit, unpacked.metric.unit) as unit,
        unpacked.metric.value * coalesce(units.factor, 1) as value,
        list_transform(
            unpacked.metric.samples, lambda sample: sample * coalesce(units.factor, 1)
        ) as samples,
        list_transform(
            unpacked.metric.warmup_samples, lambda sample: sample * coalesce(units.factor, 1)
        ) as warmup_samples,
        unpacked.metric.unit as source_unit,
        -- in most results it is the value, and takes no space a second time
        nullif(
            unpacked.metric.value, unpacked.metric.value * coalesce(units.factor, 1)
        ) as source_value_if_other,
        metrics.metric is not null as is_unit_known,
        unpacked.occurred_at,
        unpacked.committed_at
    from unpacked
    left join {{ ref('units') }} as units
        on unpacked.metric.unit = units.unit
    left join {{ ref('metrics') }} as metrics
        on unpacked.metric.name = metrics.metric and units.base_unit = metrics.unit

)

select
    *,
    cast(len(samples) as integer) as sample_count,
    (list_aggregate(samples, 'quantile_cont', 0.75) - list_aggregate(samples, 'quantile_cont', 0.25))
    / nullif(list_median(samples), 0) as relative_iqr,
    {{ current_build() }} as build_number
from normalized
order by model_id, hardware_id, comparability_id, event_id, metric_position
