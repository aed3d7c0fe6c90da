with events as (

    select * from {{ read_events('prediction_issued') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        run_id,
        source_locator,

        -- who was asked
        predictor,
        predictor_version,

        -- for what
        model_id,
        hardware_id,
        mode,
        precision,
        batch_size,
        image_size,
        sequence_length,
        device_count,
        runtime,
        runtime_version,
        compiler,
        memory_format,
        metric,
        unit,

        -- what was answered
        value,
        low,
        high,
        level,
        case_name,
        attributes,

        -- timestamps
        coalesce(occurred_at, recorded_at) as issued_at,
        recorded_at
    from events

)

select * from renamed
