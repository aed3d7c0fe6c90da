{{ config(materialized='view') }}

with stacks as (

    select
        *,
        row_number() over (
            order by
                runtime_version_order nulls first,
                {{ version_order('compute_platform_version') }} nulls first,
                {{ version_order('driver_version') }} nulls first,
                software_stack_id
        ) as place
    from {{ ref('dim_software_stacks') }}

)

select
    -- what was compared
    candidate.comparability_id,
    candidate.software_stack_id,
    baseline.software_stack_id as baseline_software_stack_id,
    conditions.hardware_id,
    hardware.hardware_name,
    candidate.metric,
    candidate.unit,

    -- the two stacks
    stack.runtime_version,
    baseline_stack.runtime_version as baseline_runtime_version,
    stack.compute_platform,
    stack.compute_platform_version,
    baseline_stack.compute_platform_version as baseline_compute_platform_version,
    stack.driver_version,
    baseline_stack.driver_version as baseline_driver_version,
    stack.place > baseline_stack.place as is_newer,

    -- under which condition
    conditions.model_id,
    models.family,
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

    -- outcome
    candidate.median_value as value,
    baseline.median_value as baseline_value,
    {{ advantage('candidate.median_value', 'baseline.median_value', 'metrics.direction') }} as advantage,
    candidate.point_count,
    baseline.point_count as baseline_point_count
from {{ ref('int_stacks_summarized') }} as candidate
inner join {{ ref('int_stacks_summarized') }} as baseline
    on
        candidate.comparability_id = baseline.comparability_id
        and candidate.metric = baseline.metric
        and candidate.software_stack_id != baseline.software_stack_id
inner join stacks as stack
    on candidate.software_stack_id = stack.software_stack_id
inner join stacks as baseline_stack
    on baseline.software_stack_id = baseline_stack.software_stack_id
inner join {{ ref('dim_conditions') }} as conditions
    on candidate.comparability_id = conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on candidate.metric = metrics.metric
left join {{ ref('dim_models') }} as models
    on conditions.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on conditions.hardware_id = hardware.hardware_id
