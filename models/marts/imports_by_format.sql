{{ config(materialized='view') }}

{# A file that an adapter of a newer version read again counts once, as it was read last. #}

with latest as (

    select *
    from {{ ref('imported_documents') }}
    qualify row_number() over (
        partition by path, source_digest order by recorded_at desc, event_id desc
    ) = 1

),

copies as (

    select
        *,
        row_number() over (
            partition by source_digest, format order by recorded_at, path
        ) as copy_number
    from latest

),

final as (

    select
        coalesce(format, 'unknown') as format,
        count(*) as files,
        cast(sum(records) as bigint) as records,
        cast(coalesce(sum(records) filter (where copy_number = 1), 0) as bigint) as distinct_records,
        cast(coalesce(sum(records) filter (where copy_number > 1), 0) as bigint) as repeated_records,
        cast(sum(quarantined) as bigint) as quarantined,
        cast(sum(not_measured) as bigint) as not_measured,
        count(*) filter (where outcome = 'untouched') as untouched,
        max(recorded_at) as last_imported_at
    from copies
    group by all

)

select * from final
