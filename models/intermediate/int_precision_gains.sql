{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched(
            'precision_group_id', touched_groups('precision_group_id', ref('int_conditions_grouped'), ref('int_keys_touched'))
        ) }}",
    )
}}

{# The reference of a group is fp32; where that was not measured, the highest precision that was. #}

with references_of_groups as (

    select
        series.precision_group_id,
        series.metric,
        series.runtime_version,
        {{ of_highest_precision('precision') }} as precision,
        {{ of_highest_precision('comparability_id') }} as comparability_id,
        {{ of_highest_precision('value') }} as value,
        {{ of_highest_precision('point_count') }} as point_count
    from {{ ref('int_series_in_conditions') }} as series
    left join {{ ref('precision_ranks') }} as ranks
        on series.precision = ranks.precision
    where
        series.precision_group_id is not null
    {% if is_incremental() %}
        and series.precision_group_id in (
            select touched.precision_group_id
            from {{ touched_groups('precision_group_id', ref('int_conditions_grouped'), ref('int_keys_touched')) }} as touched
        )
    {% endif %}
    group by series.precision_group_id, series.metric, series.runtime_version
    having count(*) > 1

)

select
    candidate.precision_group_id,
    candidate.comparability_id,
    baseline.comparability_id as baseline_comparability_id,
    candidate.precision,
    baseline.precision as baseline_precision,
    candidate.hardware_id,
    candidate.metric,
    candidate.unit,
    candidate.model_id,
    candidate.mode,
    candidate.phase,
    candidate.runtime,
    candidate.runtime_version,
    candidate.compiler,
    candidate.memory_format,
    candidate.device_count,
    candidate.batch_size,
    candidate.sequence_length,
    candidate.image_size,
    candidate.value,
    baseline.value as baseline_value,
    {{ advantage('candidate.value', 'baseline.value', 'candidate.direction') }} as advantage,
    candidate.point_count,
    baseline.point_count as baseline_point_count
from {{ ref('int_series_in_conditions') }} as candidate
inner join references_of_groups as baseline
    on
        candidate.precision_group_id = baseline.precision_group_id
        and candidate.metric = baseline.metric
        and candidate.runtime_version is not distinct from baseline.runtime_version
        and candidate.precision != baseline.precision
