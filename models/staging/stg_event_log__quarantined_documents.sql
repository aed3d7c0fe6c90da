with events as (

    select * from {{ read_events('document_quarantined') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,

        -- provenance
        collector,
        collector_version,
        source_uri,
        source_digest,
        source_locator,

        -- what is wrong; the document itself stays in the log
        format,
        reason,
        document_bytes,

        -- timestamps
        recorded_at
    from events

)

select * from renamed
