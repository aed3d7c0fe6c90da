with events as (

    select * from {{ read_events('predictor_trained') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,

        -- what was trained
        predictor,
        predictor_version,
        data_digest,
        weights_digest,
        result_count,
        scores,

        -- what became of it
        is_champion,
        reason,
        attributes,

        -- timestamps
        coalesce(occurred_at, recorded_at) as trained_at,
        recorded_at
    from events

)

select * from renamed
