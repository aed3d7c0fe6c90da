{{ config(materialized='view') }}

select
    -- what on what
    cells.compatibility_id,
    cells.model_id,
    models.model_name,
    models.family,
    cells.hardware_id,
    hardware.hardware_name,
    hardware.vendor,
    cells.device_kind,
    cells.runtime,
    cells.mode,
    cells.precision,

    -- verdict
    cells.status,
    cells.basis,
    cells.success_count / nullif(cells.success_count + cells.failure_count, 0) as score,
    cells.success_count + cells.failure_count as evidence_count,
    cells.success_count,
    cells.failure_count,
    cells.untested_count,
    cells.simulated_count,
    cells.suspect_count,
    cells.estimated_count,
    cells.predicted_count,
    cells.error_class,
    case
        when cells.error_class is not null then coalesce(classes.suggested_fix, other.suggested_fix)
    end as suggested_fix,

    -- timestamps
    cells.first_seen_at,
    cells.last_seen_at,
    cells.last_success_at,
    cells.last_failure_at
from {{ ref('int_compatibility_cells') }} as cells
left join {{ ref('dim_models') }} as models
    on cells.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on cells.hardware_id = hardware.hardware_id
left join {{ ref('error_classes') }} as classes
    on cells.error_class = classes.error_class
left join {{ ref('error_classes') }} as other
    on other.error_class = 'other'
