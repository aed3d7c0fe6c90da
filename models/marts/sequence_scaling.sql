{{ config(materialized='view') }}

select
    -- what was compared
    compared.comparability_id,
    compared.baseline_comparability_id,
    compared.sequence_length,
    compared.baseline_sequence_length,
    compared.hardware_id,
    hardware.hardware_name,
    compared.metric,
    compared.unit,

    -- under which condition
    compared.model_id,
    models.family,
    compared.mode,
    compared.phase,
    compared.runtime,
    compared.runtime_version,
    compared.compiler,
    compared.precision,
    compared.memory_format,
    compared.device_count,
    compared.batch_size,
    compared.image_size,

    -- outcome
    compared.value,
    compared.baseline_value,
    compared.advantage,
    compared.efficiency,
    compared.size_count,
    compared.knee_sequence_length,
    compared.point_count,
    compared.baseline_point_count
from {{ ref('int_sequence_scaling') }} as compared
left join {{ ref('dim_models') }} as models
    on compared.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on compared.hardware_id = hardware.hardware_id
