with events as (

    select * from {{ read_events('result_retracted') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        try_cast(target_event_id as uuid) as target_event_id,

        -- what was said
        action,
        reason,
        author,

        -- timestamps
        recorded_at
    from events

)

select * from renamed
