with events as (

    select * from {{ read_events('outlier_judged') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        try_cast(target_event_id as uuid) as target_event_id,

        -- what was said
        judged_collector,
        metric,
        verdict,
        value,
        expected_value,
        deviations,

        -- who says so
        witness_count,
        list_transform(witnesses, lambda witness: try_cast(witness as uuid)) as witnesses,
        relatives,
        judge_version,
        data_digest,
        attributes,

        -- timestamps
        coalesce(occurred_at, recorded_at) as judged_at,
        recorded_at
    from events

)

select * from renamed
