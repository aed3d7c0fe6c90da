{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched(
            'batch_group_id', touched_groups('batch_group_id', ref('int_conditions_grouped'), ref('int_keys_touched'))
        ) }}",
    )
}}

{#
    Every batch size against the smallest one that was measured under the same condition. The knee is the smallest batch
    size that reaches nine tenths of the best rate: what lies beyond buys next to nothing.
#}

with scales as (

    select
        series.batch_group_id,
        series.metric,
        series.runtime_version,
        min(series.batch_size) as baseline_batch_size,
        arg_min(series.comparability_id, series.batch_size) as baseline_comparability_id,
        arg_min(series.value, series.batch_size) as baseline_value,
        arg_min(series.point_count, series.batch_size) as baseline_point_count,
        count(*) as size_count,
        {{ steps('series.batch_size', work_per_second('series', 'series.batch_size')) }} as steps
    from {{ ref('int_series_in_conditions') }} as series
    where
        series.batch_group_id is not null
    {% if is_incremental() %}
        and series.batch_group_id in (
            select touched.batch_group_id
            from {{ touched_groups('batch_group_id', ref('int_conditions_grouped'), ref('int_keys_touched')) }} as touched
        )
    {% endif %}
    group by series.batch_group_id, series.metric, series.runtime_version
    having count(*) > 1

)

select
    candidate.batch_group_id,
    candidate.comparability_id,
    scales.baseline_comparability_id,
    candidate.batch_size,
    scales.baseline_batch_size,
    candidate.hardware_id,
    candidate.metric,
    candidate.unit,
    candidate.model_id,
    candidate.mode,
    candidate.phase,
    candidate.runtime,
    candidate.runtime_version,
    candidate.compiler,
    candidate.precision,
    candidate.memory_format,
    candidate.device_count,
    candidate.sequence_length,
    candidate.image_size,
    candidate.value,
    scales.baseline_value,
    {{ advantage('candidate.value', 'scales.baseline_value', 'candidate.direction') }} as advantage,
    {{ work_per_second('candidate', 'candidate.batch_size') }}
    / nullif({{ rate_at('scales.baseline_batch_size', 'scales.steps') }}, 0)
    / (candidate.batch_size / nullif(scales.baseline_batch_size, 0)) as efficiency,
    scales.size_count,
    list_min({{ sizes_near_the_best('scales.steps') }}) as knee_batch_size,
    candidate.point_count,
    scales.baseline_point_count
from {{ ref('int_series_in_conditions') }} as candidate
inner join scales
    on
        candidate.batch_group_id = scales.batch_group_id
        and candidate.metric = scales.metric
        and candidate.runtime_version is not distinct from scales.runtime_version
