{{ config(materialized='view') }}

{# The partition holds every column that readers filter by, so that a filter is applied before the window. #}

select
    -- ids
    measurements.comparability_id,
    measurements.metric,
    measurements.model_id,
    measurements.hardware_id,
    row_number() over (
        partition by
            measurements.comparability_id,
            measurements.metric,
            measurements.model_id,
            measurements.hardware_id
        order by
            {{ place_in_series('measurements', version_order('measurements.runtime_version')) }}
    ) as point_number,
    measurements.event_id,
    measurements.metric_position,

    -- numbers
    measurements.value,
    measurements.unit,
    measurements.runtime_version,

    -- timestamps
    measurements.occurred_at,
    measurements.committed_at
from {{ ref('fct_measurements') }} as measurements
inner join {{ ref('dim_metrics') }} as metrics
    on measurements.metric = metrics.metric and metrics.direction != 'none'
where
    measurements.status = 'ok'
    and measurements.basis = 'measured'
    and measurements.is_unit_known
