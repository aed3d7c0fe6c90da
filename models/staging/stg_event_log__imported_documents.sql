with events as (

    select * from {{ read_events('document_imported') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,

        -- provenance
        collector,
        collector_version,
        source_digest,
        path,

        -- what became of it; a kept document itself stays in the log
        outcome,
        format,
        reason,
        records,
        quarantined,
        not_measured,
        document is not null as is_kept,

        -- timestamps
        recorded_at
    from events

)

select * from renamed
