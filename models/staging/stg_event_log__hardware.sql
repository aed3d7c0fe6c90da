with events as (

    select * from {{ read_events('hardware_observed') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        run_id,
        machine_id,

        -- what was seen
        device_kind,
        device_index,
        device,
        vendor,
        physical_cores,
        logical_cores,
        max_frequency_hertz,
        l1d_cache_bytes,
        l2_cache_bytes,
        l3_cache_bytes,
        memory_bytes,
        vector_extensions,
        compute_capability,
        driver_version,
        power_limit_watts,
        attributes,

        -- timestamps
        occurred_at,
        recorded_at
    from events

)

select * from renamed
