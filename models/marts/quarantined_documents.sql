{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='append_new_columns',
    )
}}

with arrived as (

    {{ newly_recorded(ref('stg_event_log__quarantined_documents')) }}

),

final as (

    select
        arrived.event_id,
        arrived.format,
        arrived.reason,
        arrived.document_bytes,
        arrived.collector,
        arrived.collector_version,
        arrived.source_uri,
        arrived.source_digest,
        arrived.source_locator,
        arrived.batch_id,
        arrived.recorded_at
    from arrived

)

select * from final
