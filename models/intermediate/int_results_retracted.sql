{{ config(materialized='table') }}

{# Results that are not to be used: of all that was said of each, the last word counts. One row per result. #}

with latest as (

    select * from {{ ref('int_retractions_deduplicated') }}
    where target_event_id is not null
    qualify row_number() over (
        partition by target_event_id order by recorded_at desc, event_id desc
    ) = 1

)

select
    target_event_id as event_id,
    reason,
    author,
    recorded_at as retracted_at
from latest
where action = 'retract'
