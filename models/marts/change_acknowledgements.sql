{{ config(materialized='table') }}

{# A table, and not in verdicts/: its readers are many, and a refresh has to work it out anew. #}

with told as (

    -- what was said before the last undoing counts no more
    select
        *,
        {{ surrogate_key(['comparability_id', 'metric']) }} as series_id,
        struct_pack(recorded_at := recorded_at, event_id := event_id) as place,
        count(*) filter (where action = 'undo') over (
            partition by comparability_id, metric, target_event_id
            order by recorded_at desc, event_id desc
            rows unbounded preceding
        ) as undone_since
    from {{ ref('int_change_acknowledgements_deduplicated') }}
    where target_event_id is not null and comparability_id is not null

),

last_words as (

    select
        series_id,
        comparability_id,
        metric,
        target_event_id,
        count(*) as statement_count,
        max(recorded_at) as told_at,
        arg_max(struct_pack(reason := reason, author := author), place) as final,
        arg_max(struct_pack(category := category, reason := reason, author := author), place) filter (
            where action = 'acknowledge' and undone_since = 0
        ) as standing,
        arg_max(issue, place) filter (where undone_since = 0) as issue
    from told
    group by series_id, comparability_id, metric, target_event_id

),

places as (

    {{ places_of_series('last_words') }}

)

select
    -- which change
    last_words.series_id,
    last_words.comparability_id,
    last_words.metric,
    last_words.target_event_id,
    places.point_number,

    -- what was said of it
    case
        when last_words.standing is not null then 'acknowledged'
        when last_words.issue is not null then 'linked'
        else 'undone'
    end as state,
    last_words.standing.category,
    coalesce(last_words.standing.reason, last_words.final.reason) as reason,
    last_words.issue,
    case
        when last_words.standing is null then last_words.final.author else last_words.standing.author
    end as author,
    last_words.statement_count,

    -- timestamps
    last_words.told_at
from last_words
left join places
    on
        last_words.comparability_id = places.comparability_id
        and last_words.metric = places.metric
        and last_words.target_event_id = places.event_id
