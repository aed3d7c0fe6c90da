with events as (

    select * from {{ read_events('result_recorded') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        run_id,

        -- provenance
        collector,
        collector_version,
        source_uri,
        source_digest,
        source_locator,

        -- outcome
        subject_kind,
        subject,
        family as source_family,
        status,
        basis,
        basis_reason,
        error_class,
        error_message,

        -- condition
        mode,
        phase,
        device,
        device_kind,
        coalesce(device_count, 1) as device_count,
        runtime,
        runtime_version,
        compute_platform,
        compute_platform_version,
        driver_version,
        compiler,
        precision as source_precision,
        memory_format,
        batch_size,
        sequence_length,
        image_size,
        parameter_count,
        condition,
        attributes,

        -- numbers
        metrics,

        -- timestamps
        occurred_at,
        recorded_at
    from events

)

select * from renamed
