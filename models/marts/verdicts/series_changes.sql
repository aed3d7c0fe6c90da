{{ config(materialized='view') }}

with changes as (

    select
        series_id,
        comparability_id,
        metric,
        detector,
        spread,
        unnest(changes) as change
    from {{ ref('int_series_verdicts') }}

)

select
    -- which change
    changes.series_id,
    changes.comparability_id,
    changes.metric,
    changes.change.event_id,
    changes.change.metric_position,
    changes.change.point_number,
    changes.change.previous_event_id,
    changes.change.previous_point_number,

    -- whose
    conditions.subject_kind,
    coalesce(conditions.model_id, conditions.test_name) as subject,
    conditions.model_id,
    conditions.hardware_id,

    -- verdict
    changes.change.verdict,
    changes.change.before,
    changes.change.after,
    changes.change.effect,
    changes.change.low,
    changes.change.high,
    changes.change.p_value,
    changes.change.points_before,
    changes.change.points_after,
    changes.spread,
    metrics.unit,
    metrics.direction,
    changes.detector,
    changes.change.found_by,

    -- what changed in between
    changes.change.previous_runtime_version,
    changes.change.runtime_version,
    changes.change.runtime_versions_between,
    changes.change.previous_commit_id,
    changes.change.commit_id,
    changes.change.commits_between,
    changes.change.environment,

    -- under which condition
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
    conditions.condition,

    -- timestamps
    changes.change.previous_occurred_at,
    changes.change.occurred_at,
    changes.change.previous_committed_at,
    changes.change.committed_at
from changes
inner join {{ ref('dim_conditions') }} as conditions
    on changes.comparability_id = conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on changes.metric = metrics.metric
