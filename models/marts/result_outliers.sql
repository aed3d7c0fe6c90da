{{ config(materialized='view') }}

select
    -- what cannot be right
    results.event_id,
    scores.metric,
    scores.value,
    scores.expected_value,
    scores.value / scores.expected_value as ratio,
    scores.score,

    -- who says so
    scores.witness_count,
    scores.witnesses,
    scores.relatives,

    -- whose it is
    results.subject,
    results.model_id,
    results.hardware_id,
    results.collector,
    results.source_uri,
    results.source_locator,
    results.batch_id,

    -- timestamps
    results.recorded_at as first_seen_at
from {{ ref('int_outlier_scores') }} as scores
inner join {{ ref('fct_results') }} as results
    on cast(scores.event_id as uuid) = results.event_id
where scores.score >= 8
