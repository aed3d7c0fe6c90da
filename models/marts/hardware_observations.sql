{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='append_new_columns',
    )
}}

with arrived as (

    {{ newly_recorded(ref('stg_event_log__hardware')) }}

),

final as (

    select
        arrived.event_id,
        arrived.run_id,
        arrived.machine_id,
        hardware.hardware_id,
        arrived.device,
        arrived.device_kind,
        arrived.device_index,
        arrived.vendor,
        arrived.physical_cores,
        arrived.logical_cores,
        arrived.max_frequency_hertz,
        arrived.l1d_cache_bytes,
        arrived.l2_cache_bytes,
        arrived.l3_cache_bytes,
        arrived.memory_bytes,
        arrived.vector_extensions,
        arrived.compute_capability,
        arrived.driver_version,
        arrived.power_limit_watts,
        arrived.attributes,
        arrived.batch_id,
        arrived.occurred_at,
        arrived.recorded_at
    from arrived
    left join {{ ref('int_hardware_names_resolved') }} as hardware
        on arrived.device = hardware.device

)

select * from final
