{{ config(materialized='view') }}

{# Summaries of series beside the condition they were measured under, and which others differ from it in one thing. #}

select
    summaries.comparability_id,
    summaries.metric,
    summaries.unit,
    metrics.direction,
    summaries.runtime_version,
    summaries.median_value as value,
    summaries.point_count,
    keys.compiler_group_id,
    keys.precision_group_id,
    keys.batch_group_id,
    keys.sequence_group_id,
    keys.mode_group_id,
    conditions.model_id,
    conditions.hardware_id,
    conditions.mode,
    conditions.phase,
    conditions.device_count,
    conditions.runtime,
    conditions.compiler,
    conditions.precision,
    conditions.memory_format,
    conditions.batch_size,
    conditions.sequence_length,
    conditions.image_size
from {{ ref('int_series_summarized') }} as summaries
inner join {{ ref('int_conditions_grouped') }} as keys
    on summaries.comparability_id = keys.comparability_id
inner join {{ ref('dim_conditions') }} as conditions
    on summaries.comparability_id = conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on summaries.metric = metrics.metric
