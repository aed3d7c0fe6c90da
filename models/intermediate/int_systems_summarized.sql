{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}

{# The measured values of one metric under one condition, on one system, in one release of its benchmark. #}

with conditions as (

    select
        *,
        {{ surrogate_key([
            'model_id', 'mode', 'phase', 'runtime', 'compiler', 'precision', 'memory_format', 'batch_size',
            'sequence_length', 'image_size', 'parameter_count', 'condition',
        ]) }} as system_group_id
    from {{ ref('dim_conditions') }}
    where
        comparability_id in (
            select systems.comparability_id from {{ ref('int_condition_systems') }} as systems
        )
    {% if is_incremental() %}
        and comparability_id in (
            select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}

),

points as (

    select
        conditions.system_group_id,
        measurements.comparability_id,
        results.attributes['system'] as system,
        results.attributes['submitter'] as submitter,
        results.attributes['mlperf_version'] as benchmark_release,
        measurements.metric,
        measurements.unit,
        measurements.value
    from {{ ref('fct_measurements') }} as measurements
    inner join {{ ref('fct_results') }} as results
        on measurements.event_id = results.event_id
    inner join conditions
        on measurements.comparability_id = conditions.comparability_id
    inner join {{ ref('metrics') }} as metrics
        on measurements.metric = metrics.metric and metrics.direction != 'none'
    where
        measurements.status = 'ok'
        and measurements.basis = 'measured'
        and measurements.is_unit_known
        and results.attributes['system'] is not null

)

select
    system_group_id,
    comparability_id,
    system,
    submitter,
    benchmark_release,
    metric,
    unit,
    count(*) as point_count,
    median(value) as median_value
from points
group by system_group_id, comparability_id, system, submitter, benchmark_release, metric, unit
