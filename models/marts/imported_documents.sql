{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='append_new_columns',
    )
}}

with arrived as (

    {{ newly_recorded(ref('stg_event_log__imported_documents')) }}

),

final as (

    select
        arrived.event_id,
        arrived.path,
        arrived.format,
        arrived.outcome,
        arrived.reason,
        arrived.records,
        arrived.quarantined,
        arrived.not_measured,
        arrived.is_kept,
        arrived.collector,
        arrived.collector_version,
        arrived.source_digest,
        arrived.batch_id,
        arrived.recorded_at
    from arrived

)

select * from final
