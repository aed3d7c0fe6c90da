{{ config(materialized='view') }}

{# A document that an adapter of a newer version read again is one source, as it was read last. #}

with latest as (

    select
        *,
        min(recorded_at) over (partition by path, source_digest) as first_imported_at,
        count(*) over (partition by path, source_digest) as import_count
    from {{ ref('imported_documents') }}
    qualify row_number() over (
        partition by path, source_digest order by recorded_at desc, event_id desc
    ) = 1

)

select
    -- ids
    {{ surrogate_key(['latest.path', 'latest.source_digest']) }} as source_id,
    latest.path,
    latest.source_digest,
    -- the run of an imported file is named after its bytes
    left(latest.source_digest, 32) as run_id,

    -- how it was read
    latest.format,
    latest.collector,
    latest.collector_version,
    latest.outcome,
    latest.reason,

    -- what came of it
    latest.records,
    latest.quarantined,
    latest.not_measured,
    coalesce(runs.result_count, 0) as result_count,
    latest.import_count,

    -- timestamps
    latest.first_imported_at,
    latest.recorded_at as last_imported_at
from latest
left join {{ ref('int_results_by_run') }} as runs
    on left(latest.source_digest, 32) = runs.run_id
