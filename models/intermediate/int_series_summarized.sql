{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}

{#
    The measured values of one metric, of results that are ok, under one condition and one version of the runtime. Medians, minima and maxima
    do not depend on the order of rows, sums of floats would.
#}

with points as (

    select
        measurements.comparability_id,
        measurements.metric,
        measurements.unit,
        measurements.runtime_version,
        measurements.value,
        measurements.occurred_at
    from {{ ref('fct_measurements') }} as measurements
    inner join {{ ref('metrics') }} as metrics
        on measurements.metric = metrics.metric and metrics.direction != 'none'
    where
        measurements.status = 'ok'
        and measurements.basis = 'measured'
        and measurements.is_unit_known
    {% if is_incremental() %}
        and measurements.comparability_id in (
            select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}

)

select
    comparability_id,
    metric,
    unit,
    runtime_version,
    count(*) as point_count,
    median(value) as median_value,
    min(value) as min_value,
    max(value) as max_value,
    min(occurred_at) as first_occurred_at,
    max(occurred_at) as last_occurred_at
from points
group by comparability_id, metric, unit, runtime_version
