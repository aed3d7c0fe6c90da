{{ config(materialized='view') }}

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
    where series.precision_group_id is not null
    group by series.precision_group_id, series.metric, series.runtime_version
    having count(*) > 1

)

select
    -- what was compared
    candidate.comparability_id,
    baseline.comparability_id as baseline_comparability_id,
    candidate.precision,
    baseline.precision as baseline_precision,
    candidate.hardware_id,
    hardware.hardware_name,
    candidate.metric,
    candidate.unit,

    -- under which condition
    candidate.model_id,
    models.family,
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

    -- outcome
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
left join {{ ref('dim_models') }} as models
    on candidate.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on candidate.hardware_id = hardware.hardware_id
