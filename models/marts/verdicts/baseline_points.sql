{{ config(materialized='view') }}

{#
    The points of each series that its baseline has: of what is marked for the series, for its metric or for everything, the
    most particular counts, and of those the latest.
#}

with marked as (

    select
        *,
        target_event_id as event_id
    from {{ ref('baselines') }}
    where target_event_id is not null

    union all

    -- a run has a result for each condition, and that a point for each metric
    select distinct
        marks.*,
        runs.event_id
    from {{ ref('baselines') }} as marks
    inner join {{ ref('series_runs') }} as runs on marks.target_run_id = runs.run_id

)

select
    runs.comparability_id,
    runs.metric,
    runs.event_id,
    runs.metric_position,
    runs.value,
    runs.unit,
    runs.environment,
    marked.baseline_id,
    marked.reason,
    marked.author,
    marked.marked_at
from marked
inner join {{ ref('series_runs') }} as runs on marked.event_id = runs.event_id
where
    (marked.comparability_id is null or marked.comparability_id = runs.comparability_id)
    and (marked.metric is null or marked.metric = runs.metric)
qualify
    rank() over (
        partition by runs.comparability_id, runs.metric
        order by
            marked.comparability_id is not null desc,
            marked.metric is not null desc,
            marked.marked_at desc,
            marked.baseline_id desc
    ) = 1
