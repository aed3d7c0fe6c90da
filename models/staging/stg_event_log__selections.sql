with events as (

    select * from {{ read_events('selection_made') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,

        -- for what
        model_id,
        family,
        mode,
        precision,
        batch_size,
        image_size,
        sequence_length,
        runtime,
        runtime_version,
        compiler,
        memory_format,

        -- what was chosen
        hardware_id,
        basis,
        equally_good,
        candidates,
        weights,
        attributes,

        -- timestamps
        coalesce(occurred_at, recorded_at) as selected_at,
        recorded_at
    from events

)

select * from renamed
