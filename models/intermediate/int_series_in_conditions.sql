{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}

{#
    Summaries of series beside the condition they were measured under, and which others differ from it in one thing.
    Nearly all comparisons are made from this one table, so that a question reads it and joins little.
#}

select
    summaries.comparability_id,
    summaries.metric,
    summaries.unit,
    metrics.direction,
    summaries.runtime_version,
    summaries.median_value as value,
    summaries.point_count,
    conditions.workload_id,
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
{% if is_incremental() %}
    where
        summaries.comparability_id in (
            select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
        )
{% endif %}
