{{ config(materialized='view') }}

with latest as (

    -- the last word on a result
    select * from {{ ref('int_outlier_verdicts_deduplicated') }}
    where target_event_id is not null
    qualify row_number() over (
        partition by target_event_id, metric order by judged_at desc, recorded_at desc, event_id desc
    ) = 1

),

odd as (

    select * from latest
    where verdict = 'odd'

)

select
    -- what does not fit
    results.event_id,
    odd.metric,
    odd.value,
    odd.expected_value,
    odd.value / odd.expected_value as ratio,
    odd.deviations,

    -- who says so
    odd.witness_count,
    odd.witnesses,
    odd.relatives,
    odd.event_id as verdict_event_id,
    odd.judge_version,
    odd.data_digest,

    -- whose it is
    results.subject,
    results.model_id,
    results.hardware_id,
    results.collector,
    results.source_uri,
    results.source_locator,
    results.batch_id,

    -- timestamps
    results.recorded_at as first_seen_at,
    odd.judged_at
from odd
inner join {{ ref('fct_results') }} as results
    on odd.target_event_id = results.event_id
