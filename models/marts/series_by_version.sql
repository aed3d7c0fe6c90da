{{ config(materialized='view') }}

select
    -- ids
    points.comparability_id,
    points.metric,
    points.runtime_version,
    conditions.model_id,
    conditions.hardware_id,

    -- under which condition
    conditions.mode,
    conditions.phase,
    conditions.runtime,
    conditions.compiler,
    conditions.precision,
    conditions.memory_format,
    conditions.device_count,
    conditions.batch_size,
    conditions.sequence_length,
    conditions.image_size,

    -- numbers
    points.point_count,
    points.median_value,
    points.min_value,
    points.max_value,
    points.unit,
    metrics.direction,

    -- timestamps
    points.first_occurred_at,
    points.last_occurred_at
from {{ ref('int_series_summarized') }} as points
inner join {{ ref('dim_conditions') }} as conditions
    on points.comparability_id = conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on points.metric = metrics.metric
