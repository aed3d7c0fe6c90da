{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched(
            'sequence_group_id', touched_groups('sequence_group_id', ref('int_conditions_grouped'), ref('int_keys_touched'))
        ) }}",
    )
}}

{#
    Every length of sequence against the shortest one that was measured under the same condition. The knee is the longest
    one at which as many tokens a second are worked on as at nine tenths of the best rate: beyond, each token costs more.
#}

with scales as (

    select
        series.sequence_group_id,
        series.metric,
        series.runtime_version,
        min(series.sequence_length) as baseline_sequence_length,
        arg_min(series.comparability_id, series.sequence_length) as baseline_comparability_id,
        arg_min(series.value, series.sequence_length) as baseline_value,
        arg_min(series.point_count, series.sequence_length) as baseline_point_count,
        count(*) as size_count,
        {{ steps(
            'series.sequence_length',
            work_per_second('series', 'series.sequence_length', per_item='series.sequence_length'),
        ) }} as steps
    from {{ ref('int_series_in_conditions') }} as series
    where
        series.sequence_group_id is not null
    {% if is_incremental() %}
        and series.sequence_group_id in (
            select touched.sequence_group_id
            from {{ touched_groups('sequence_group_id', ref('int_conditions_grouped'), ref('int_keys_touched')) }} as touched
        )
    {% endif %}
    group by series.sequence_group_id, series.metric, series.runtime_version
    having count(*) > 1

)

select
    candidate.sequence_group_id,
    candidate.comparability_id,
    scales.baseline_comparability_id,
    candidate.sequence_length,
    scales.baseline_sequence_length,
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
    candidate.batch_size,
    candidate.image_size,
    candidate.value,
    scales.baseline_value,
    {{ advantage('candidate.value', 'scales.baseline_value', 'candidate.direction') }} as advantage,
    {{ work_per_second('candidate', 'candidate.sequence_length', per_item='candidate.sequence_length') }}
    / nullif({{ rate_at('scales.baseline_sequence_length', 'scales.steps') }}, 0) as efficiency,
    scales.size_count,
    list_max({{ sizes_near_the_best('scales.steps') }}) as knee_sequence_length,
    candidate.point_count,
    scales.baseline_point_count
from {{ ref('int_series_in_conditions') }} as candidate
inner join scales
    on
        candidate.sequence_group_id = scales.sequence_group_id
        and candidate.metric = scales.metric
        and candidate.runtime_version is not distinct from scales.runtime_version
