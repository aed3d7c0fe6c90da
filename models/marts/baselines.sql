{{ config(materialized='view') }}

with told as (

    -- a point is in the series of its condition, whether or not that was said
    select
        marks.event_id,
        marks.target_event_id,
        marks.target_run_id,
        coalesce(marks.comparability_id, results.comparability_id) as comparability_id,
        marks.metric,
        marks.action,
        marks.reason,
        marks.author,
        marks.recorded_at
    from {{ ref('int_baseline_marks_deduplicated') }} as marks
    left join {{ ref('fct_results') }} as results
        on marks.target_event_id = results.event_id
    where marks.target_event_id is not null or marks.target_run_id is not null

),

last_words as (

    select *
    from told
    qualify row_number() over (
        partition by target_event_id, target_run_id, comparability_id, metric
        order by recorded_at desc, event_id desc
    ) = 1

)

select
    -- ids
    {{ surrogate_key(['target_event_id', 'target_run_id', 'comparability_id', 'metric']) }} as baseline_id,
    target_event_id,
    target_run_id,

    -- for what
    comparability_id,
    metric,
    row_number() over (
        partition by comparability_id, metric order by recorded_at desc, event_id desc
    ) = 1 as is_latest,

    -- what was said of it
    reason,
    author,

    -- timestamps
    recorded_at as marked_at
from last_words
where action = 'mark'
