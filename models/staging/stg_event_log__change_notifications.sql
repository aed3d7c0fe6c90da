with events as (

    select * from {{ read_events('change_notified') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        try_cast(target_event_id as uuid) as target_event_id,
        try_cast(comparability_id as uuid) as comparability_id,
        metric,

        -- who was told what
        verdict,
        channel,
        receiver,
        receiver_digest,

        -- timestamps
        occurred_at,
        recorded_at
    from events

)

select * from renamed
