{{ config(materialized='table') }}

{# A table, and not in verdicts/, for the same reasons as change_acknowledgements. #}

with delivered as (

    select
        comparability_id,
        metric,
        target_event_id,
        verdict,
        channel,
        receiver,
        receiver_digest,
        min(occurred_at) as first_notified_at,
        max(occurred_at) as last_notified_at,
        count(*) as notification_count
    from {{ ref('int_change_notifications_deduplicated') }}
    where target_event_id is not null and comparability_id is not null
    group by comparability_id, metric, target_event_id, verdict, channel, receiver, receiver_digest

),

places as (

    {{ places_of_series('delivered') }}

)

select
    -- which change
    {{ surrogate_key(['delivered.comparability_id', 'delivered.metric']) }} as series_id,
    delivered.comparability_id,
    delivered.metric,
    delivered.target_event_id,
    places.point_number,
    delivered.verdict,

    -- who was told
    delivered.channel,
    delivered.receiver,
    delivered.receiver_digest,
    delivered.notification_count,

    -- timestamps
    delivered.first_notified_at,
    delivered.last_notified_at
from delivered
left join places
    on
        delivered.comparability_id = places.comparability_id
        and delivered.metric = places.metric
        and delivered.target_event_id = places.event_id
