{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}

with points as (

    select
        *,
        -- times that are not known come first; then versions, so that undated results of other tools are in order
        (
            coalesce(occurred_at, timestamptz '-infinity'),
            coalesce({{ version_order('runtime_version') }}, ''),
            event_id,
            metric_position
        ) as place
    from {{ ref('fct_measurements') }}
    where
        status = 'ok'
        and basis = 'measured'
        and is_unit_known
    {% if is_incremental() %}
        and comparability_id in (
            select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}

),

summarized as (

    select
        points.comparability_id,
        points.metric,
        points.unit,
        metrics.direction,
        any_value(points.model_id) as model_id,
        any_value(points.hardware_id) as hardware_id,
        count(*) as point_count,
        count(distinct points.runtime_version) as runtime_version_count,
        min(points.value) as min_value,
        median(points.value) as median_value,
        max(points.value) as max_value,
        arg_max(points.value, points.place) as latest_value,
        arg_max(points.runtime_version, points.place) as latest_runtime_version,
        min(points.occurred_at) as first_occurred_at,
        max(points.occurred_at) as last_occurred_at
    from points
    inner join {{ ref('metrics') }} as metrics
        on points.metric = metrics.metric and metrics.direction != 'none'
    group by points.comparability_id, points.metric, points.unit, metrics.direction

)

select
    {{ surrogate_key(['comparability_id', 'metric']) }} as series_id,
    *
from summarized
