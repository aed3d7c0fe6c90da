{{ config(materialized='view') }}

{#
    The points of each series that its baseline has: of what is marked for the series, for its metric or for everything, the
    most particular counts, and of those the latest.
#}

with points as (

    select
        runs.comparability_id,
        runs.metric,
        runs.event_id,
        runs.metric_position,
        runs.value,
        runs.unit,
        runs.environment,
        marks.baseline_id,
        marks.comparability_id as marked_comparability_id,
        marks.metric as marked_metric,
        marks.reason,
        marks.author,
        marks.marked_at
    from {{ ref('baselines') }} as marks
    inner join {{ ref('series_runs') }} as runs on marks.target_event_id = runs.event_id

    union all

    select
        runs.comparability_id,
        runs.metric,
        runs.event_id,
        runs.metric_position,
        runs.value,
        runs.unit,
        runs.environment,
        marks.baseline_id,
        marks.comparability_id as marked_comparability_id,
        marks.metric as marked_metric,
        marks.reason,
        marks.author,
        marks.marked_at
    from {{ ref('baselines') }} as marks
    inner join {{ ref('series_runs') }} as runs on marks.target_run_id = runs.run_id

)

select
    comparability_id,
    metric,
    event_id,
    metric_position,
    value,
    unit,
    environment,
    baseline_id,
    reason,
    author,
    marked_at
from points
where
    (marked_comparability_id is null or marked_comparability_id = comparability_id)
    and (marked_metric is null or marked_metric = metric)
qualify
    rank() over (
        partition by comparability_id, metric
        order by
            marked_comparability_id is not null desc,
            marked_metric is not null desc,
            marked_at desc,
            baseline_id desc
    ) = 1
