{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}

{#
    The measured values of one metric under one condition and one software stack. Nearly always a version of the runtime
    was measured on one stack, and its summary is at hand; only else the single values are looked at.
#}

with stacks as (

    select
        comparability_id,
        runtime_version,
        min(software_stack_id) as software_stack_id,
        count(*) as stack_count
    from {{ ref('int_condition_stacks') }}
    where
        software_stack_id is not null
    {% if is_incremental() %}
        and comparability_id in (
            select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}
    group by comparability_id, runtime_version

),

on_one_stack as (

    select
        summaries.comparability_id,
        stacks.software_stack_id,
        summaries.metric,
        summaries.unit,
        summaries.point_count,
        summaries.median_value
    from {{ ref('int_series_summarized') }} as summaries
    inner join stacks
        on
            summaries.comparability_id = stacks.comparability_id
            and summaries.runtime_version is not distinct from stacks.runtime_version
    where stacks.stack_count = 1

),

points as (

    select
        measurements.comparability_id,
        results.software_stack_id,
        measurements.metric,
        measurements.unit,
        measurements.value
    from {{ ref('fct_measurements') }} as measurements
    inner join {{ ref('fct_results') }} as results
        on measurements.event_id = results.event_id
    inner join stacks
        on
            measurements.comparability_id = stacks.comparability_id
            and measurements.runtime_version is not distinct from stacks.runtime_version
    inner join {{ ref('metrics') }} as metrics
        on measurements.metric = metrics.metric and metrics.direction != 'none'
    where
        stacks.stack_count > 1
        and measurements.status = 'ok'
        and measurements.basis = 'measured'
        and measurements.is_unit_known

),

on_several_stacks as (

    select
        comparability_id,
        software_stack_id,
        metric,
        unit,
        count(*) as point_count,
        median(value) as median_value
    from points
    group by comparability_id, software_stack_id, metric, unit

)

select * from on_one_stack
union all
select * from on_several_stacks
