with events as (

    select * from {{ read_events('model_profiled') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        run_id,
        subject,
        configuration_digest,

        -- what was counted
        architecture,
        mode,
        phase,
        sequence_length,
        image_size,
        parameter_count,
        flops_per_item,
        saved_elements_per_item,
        saved_other_bytes_per_item,
        peak_live_elements_per_item,
        operators,
        attributes,

        -- timestamps
        occurred_at,
        recorded_at
    from events

)

select * from renamed
