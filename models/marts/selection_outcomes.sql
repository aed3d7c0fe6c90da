{{ config(materialized='view') }}

{# What a selection leaves open may be anything, but the same on all devices that are held against each other. #}

with considered as (

    select
        *,
        unnest(candidates) as candidate
    from {{ ref('selections') }}
    where hardware_id is not null

),

weighed as (

    select
        *,
        struct_extract(candidate, 'hardware_id') as candidate_id
    from considered
    where struct_extract(candidate, 'rank') is not null

),

measured as (

    select
        weighed.event_id,
        weighed.hardware_id,
        weighed.candidate_id,
        conditions.workload_id,
        results.runtime_version,
        median(measurements.value / coalesce(results.device_count, 1)) as items_per_second,
        max_by(results.event_id, (results.recorded_at, results.event_id)) as measured_event_id,
        max(results.recorded_at) as measured_at
    from weighed
    inner join {{ ref('fct_results') }} as results
        on
            weighed.model_id = results.model_id
            and weighed.candidate_id = results.hardware_id
            and weighed.mode = results.mode
            and weighed.precision = results.precision
            and weighed.batch_size = results.batch_size
            and coalesce(weighed.image_size = results.image_size, weighed.image_size is null)
            and coalesce(weighed.sequence_length = results.sequence_length, weighed.sequence_length is null)
            and coalesce(weighed.runtime = results.runtime, weighed.runtime is null)
            and coalesce(weighed.runtime_version = results.runtime_version, weighed.runtime_version is null)
            and coalesce(weighed.compiler = results.compiler, weighed.compiler is null)
            and coalesce(weighed.memory_format = results.memory_format, weighed.memory_format is null)
            and weighed.selected_at < results.recorded_at
    inner join {{ ref('dim_conditions') }} as conditions
        on results.comparability_id = conditions.comparability_id
    inner join {{ ref('fct_measurements') }} as measurements
        on results.event_id = measurements.event_id and measurements.metric = 'throughput'
    where
        results.status = 'ok'
        and results.basis = 'measured'
        and measurements.is_unit_known
        and measurements.value > 0
        and isfinite(measurements.value)
    group by
        weighed.event_id,
        weighed.hardware_id,
        weighed.candidate_id,
        conditions.workload_id,
        results.runtime_version

),

compared as (

    select
        event_id,
        workload_id,
        runtime_version,
        any_value(hardware_id) as chosen_hardware_id,
        any_value(items_per_second) filter (where candidate_id = hardware_id) as chosen_items_per_second,
        any_value(measured_event_id) filter (where candidate_id = hardware_id) as chosen_event_id,
        max(items_per_second) as best_items_per_second,
        max_by(candidate_id, (items_per_second, candidate_id)) as best_hardware_id,
        max_by(measured_event_id, (items_per_second, candidate_id)) as best_event_id,
        count(*) as device_count,
        max(measured_at) as last_measured_at
    from measured
    group by event_id, workload_id, runtime_version

),

held as (

    select *
    from compared
    where device_count > 1 and chosen_items_per_second is not null
    qualify row_number() over (
        partition by event_id
        order by device_count desc, last_measured_at desc, workload_id asc, runtime_version asc
    ) = 1

)

select
    held.event_id,
    held.chosen_event_id,
    held.best_event_id,
    selections.model_id,
    selections.mode,
    selections.precision,
    selections.batch_size,
    held.runtime_version,
    selections.basis,
    held.chosen_hardware_id as hardware_id,
    held.best_hardware_id,
    held.chosen_items_per_second,
    held.best_items_per_second,
    1 - held.chosen_items_per_second / held.best_items_per_second as regret,
    list_contains(selections.equally_good, held.best_hardware_id) as is_best_among_equals,
    held.device_count,
    selections.selected_at,
    held.last_measured_at as measured_at
from held
inner join {{ ref('selections') }} as selections
    on held.event_id = selections.event_id
