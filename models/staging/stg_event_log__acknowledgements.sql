with events as (

    select * from {{ read_events('violation_acknowledged') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        try_cast(target_event_id as uuid) as target_event_id,

        -- what was said
        rule,
        action,
        reason,
        author,

        -- timestamps
        recorded_at
    from events

)

select * from renamed
