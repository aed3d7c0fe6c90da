{{ config(materialized='view') }}

{#
    The points of each series that its baseline has: of what is marked for the series, for its metric or for everything, the
    most particular counts, and of those the latest. Both ways to mark are joined to points by themselves, so that who asks
    for one series reads the points of that alone.
#}

with marks as (

    select
        baseline_id,
        comparability_id as marked_comparability_id,
        metric as marked_metric,
        target_event_id,
        target_run_id,
        reason,
        author,
        marked_at
    from {{ ref('baselines') }}

),

marked as (

    select
        runs.*,
        marks.*
    from marks
    inner join {{ ref('series_runs') }} as runs on marks.target_event_id = runs.event_id

    union all

    -- a run has a result for each condition, and that a point for each metric
    select
        runs.*,
        marks.*
    from marks
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
from marked
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
