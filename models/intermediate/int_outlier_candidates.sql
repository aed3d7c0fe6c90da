{{ config(materialized='table') }}

{#
    The results that are held against each other, of every collector that this build has something new of: one number of
    each, its rate before its latency before its memory. A batch size is part of the configuration only where somebody
    chose it: where a model was measured with several. Elsewhere it is what fitted into memory.
#}

with touched as (

    select distinct collector
    from {{ ref('int_results_identified') }}
    where
        {{ is_from_current_build() }}
        or event_id in (select target_event_id from {{ ref('stg_event_log__retractions') }})

),

results as (

    select
        *,
        case
            when throughput > 0 then 'throughput'
            when token_throughput > 0 then 'token_throughput'
            when latency_mean > 0 then 'latency_mean'
            when memory_device_peak > 0 then 'memory_device_peak'
            when memory_peak > 0 then 'memory_peak'
        end as metric,
        coalesce(
            if(throughput > 0, throughput, null),
            if(token_throughput > 0, token_throughput, null),
            if(latency_mean > 0, latency_mean, null),
            if(memory_device_peak > 0, memory_device_peak, null),
            memory_peak
        ) as value,
        concat_ws(' ', model_id, phase, image_size, sequence_length) as subject_measured,
        concat_ws(
            ' ', hardware_id, device_count, mode, phase, runtime, runtime_version, compiler, precision,
            memory_format, cast(condition as varchar)
        ) as setting
    from {{ ref('int_results_identified') }}
    where
        collector in (select touched.collector from touched)
        and event_id not in (select retracted.event_id from {{ ref('int_results_retracted') }} as retracted)
        and model_id is not null
        and status = 'ok'
        and basis = 'measured'

),

sizes as (

    select
        collector,
        metric,
        setting,
        subject_measured,
        count(distinct batch_size) as size_count
    from results
    group by collector, metric, setting, subject_measured

),

batches as (

    select
        collector,
        metric,
        setting,
        max(size_count) > 1 as is_chosen
    from sizes
    group by collector, metric, setting

),

works as (

    select
        event_id,
        max(value) filter (where metric = 'macs_per_item') as macs_per_item,
        max(value) filter (where metric = 'activations_per_item') as activations_per_item
    from {{ ref('int_measurements_normalized') }}
    where
        metric in ('macs_per_item', 'activations_per_item')
        and event_id in (select results.event_id from results)
    group by event_id

)

select
    cast(results.event_id as varchar) as event_id,
    results.collector,
    results.metric,
    results.subject_measured as subject,
    results.setting
    || if(batches.is_chosen, ' batch ' || coalesce(results.batch_size, 0), '') as configuration,
    results.value,
    results.parameter_count,
    works.macs_per_item,
    works.activations_per_item,
    results.image_size
from results
inner join batches
    on
        results.collector = batches.collector
        and results.metric = batches.metric
        and results.setting = batches.setting
left join works
    on results.event_id = works.event_id
where isfinite(results.value)
