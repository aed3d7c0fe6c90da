with events as (

    select * from {{ read_events('baseline_marked') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        try_cast(target_event_id as uuid) as target_event_id,
        target_run_id,
        try_cast(comparability_id as uuid) as comparability_id,
        metric,

        -- what was said
        action,
        reason,
        author,

        -- timestamps
        recorded_at
    from events

)

select * from renamed
