{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}

with versions as (

    select distinct
        runtime_version,
        runtime_version_order
    from {{ ref('dim_software_stacks') }}
    where runtime_version_order is not null

),

points as (

    select
        measurements.*,
        metrics.direction,
        ({{ place_in_series('measurements', 'versions.runtime_version_order') }}) as place
    from {{ ref('fct_measurements') }} as measurements
    inner join {{ ref('metrics') }} as metrics
        on measurements.metric = metrics.metric and metrics.direction != 'none'
    left join versions
        on measurements.runtime_version = versions.runtime_version
    where
        measurements.status = 'ok'
        and measurements.basis = 'measured'
        and measurements.is_unit_known
    {% if is_incremental() %}
        and measurements.comparability_id in (
            select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}

),

summarized as (

    select
        comparability_id,
        metric,
        unit,
        direction,
        any_value(model_id) as model_id,
        any_value(hardware_id) as hardware_id,
        count(*) as point_count,
        min(value) as min_value,
        median(value) as median_value,
        max(value) as max_value,
        arg_max(struct_pack(value := value, runtime_version := runtime_version), place) as latest,
        min(occurred_at) as first_occurred_at,
        max(occurred_at) as last_occurred_at
    from points
    group by comparability_id, metric, unit, direction

),

by_version as (

    select
        comparability_id,
        metric,
        count(runtime_version) as runtime_version_count
    from {{ ref('int_series_summarized') }}
    {% if is_incremental() %}
        where
            comparability_id in (
                select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
            )
    {% endif %}
    group by comparability_id, metric

)

select
    {{ surrogate_key(['summarized.comparability_id', 'summarized.metric']) }} as series_id,
    summarized.comparability_id,
    summarized.metric,
    summarized.unit,
    summarized.direction,
    summarized.model_id,
    summarized.hardware_id,
    summarized.point_count,
    by_version.runtime_version_count,
    summarized.min_value,
    summarized.median_value,
    summarized.max_value,
    summarized.latest.value as latest_value,
    summarized.latest.runtime_version as latest_runtime_version,
    summarized.first_occurred_at,
    summarized.last_occurred_at
from summarized
inner join by_version
    on
        summarized.comparability_id = by_version.comparability_id
        and summarized.metric = by_version.metric
