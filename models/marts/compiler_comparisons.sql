{{ config(materialized='view') }}

select
    -- what was compared
    candidate.comparability_id,
    baseline.comparability_id as baseline_comparability_id,
    candidate.compiler,
    baseline.compiler as baseline_compiler,
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
    candidate.precision,
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
inner join {{ ref('int_series_in_conditions') }} as baseline
    on
        candidate.compiler_group_id = baseline.compiler_group_id
        and candidate.metric = baseline.metric
        and candidate.runtime_version is not distinct from baseline.runtime_version
        and candidate.compiler != baseline.compiler
left join {{ ref('dim_models') }} as models
    on candidate.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on candidate.hardware_id = hardware.hardware_id
