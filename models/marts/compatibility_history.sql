{{ config(materialized='view') }}

select
    -- which cell, and when
    changes.compatibility_id,
    changes.changed_at,
    changes.model_id,
    models.family,
    changes.hardware_id,
    changes.device_kind,
    changes.runtime,
    changes.mode,
    changes.precision,

    -- what changed
    changes.status,
    changes.previous_status,

    -- what there was then
    changes.success_count / nullif(changes.success_count + changes.failure_count, 0) as score,
    changes.success_count + changes.failure_count as evidence_count,
    changes.success_count,
    changes.failure_count,
    changes.simulated_count,
    changes.suspect_count,
    changes.estimated_count,
    changes.predicted_count,

    -- what changed it
    changes.event_id,
    changes.event_kind,
    changes.batch_id,
    changes.result_event_id,
    changes.error_class
from {{ ref('int_compatibility_changes') }} as changes
left join {{ ref('dim_models') }} as models
    on changes.model_id = models.model_id
