with events as (

    select * from {{ read_events('results_judged') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,

        -- what was judged
        judged_collector,
        metric,
        judge_version,
        data_digest,
        result_count,
        judged_count,
        odd_count,
        attributes,

        -- timestamps
        coalesce(occurred_at, recorded_at) as judged_at,
        recorded_at
    from events

)

select * from renamed
