{{ config(materialized='view') }}

select
    -- what was compared
    pairs.comparability_id,
    pairs.baseline_comparability_id,
    pairs.workload_id,
    pairs.hardware_id,
    hardware.hardware_name,
    pairs.baseline_hardware_id,
    baseline_hardware.hardware_name as baseline_hardware_name,
    pairs.metric,
    pairs.unit,

    -- under which condition
    conditions.model_id,
    models.family,
    conditions.mode,
    conditions.phase,
    conditions.runtime,
    pairs.runtime_version,
    conditions.compiler,
    conditions.precision,
    conditions.memory_format,
    conditions.batch_size,
    conditions.sequence_length,
    conditions.image_size,

    -- outcome
    pairs.value,
    pairs.baseline_value,
    case metrics.direction
        when 'higher' then pairs.value / nullif(pairs.baseline_value, 0)
        when 'lower' then pairs.baseline_value / nullif(pairs.value, 0)
    end as advantage,
    pairs.point_count,
    pairs.baseline_point_count
from {{ ref('int_hardware_pairs') }} as pairs
inner join {{ ref('dim_conditions') }} as conditions
    on pairs.comparability_id = conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on pairs.metric = metrics.metric
left join {{ ref('dim_models') }} as models
    on conditions.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on pairs.hardware_id = hardware.hardware_id
left join {{ ref('dim_hardware') }} as baseline_hardware
    on pairs.baseline_hardware_id = baseline_hardware.hardware_id
