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

),

{#
    Where a change begins wanders by a point or two as points are added: what was said of a point is said of the nearest
    change.
#}
acknowledgements as (

    select
        changes.series_id,
        changes.change.event_id,
        changes.change.metric_position,
        told.target_event_id,
        told.state,
        told.category,
        told.reason,
        told.issue,
        told.author,
        told.told_at,
        abs(told.point_number - changes.change.point_number) as distance
    from changes
    inner join {{ ref('change_acknowledgements') }} as told
        on
            changes.series_id = told.series_id
            and told.state != 'undone'
            and abs(told.point_number - changes.change.point_number) <= 3
    qualify
        row_number() over (
            partition by changes.series_id, told.target_event_id
            order by distance asc, changes.change.point_number asc
        ) = 1

),

acknowledged as (

    select *
    from acknowledgements
    qualify
        row_number() over (
            partition by series_id, event_id, metric_position
            order by distance asc, told_at desc, target_event_id asc
        ) = 1

)

select
    -- which change
    {{
        surrogate_key(['changes.series_id', 'changes.change.event_id', 'changes.change.metric_position'])
    }} as change_id,
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

    -- what was said of it
    coalesce(acknowledged.state = 'acknowledged', false) as is_acknowledged,
    acknowledged.category as acknowledged_as,
    acknowledged.reason as acknowledged_because,
    acknowledged.author as acknowledged_by,
    acknowledged.issue,
    acknowledged.target_event_id as acknowledged_event_id,

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
left join acknowledged
    on
        changes.series_id = acknowledged.series_id
        and changes.change.event_id = acknowledged.event_id
        and changes.change.metric_position = acknowledged.metric_position
