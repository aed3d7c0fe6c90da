{{ config(materialized='view') }}

select
    judged_collector as collector,
    metric,
    result_count,
    judged_count,
    odd_count,
    judge_version,
    data_digest,
    event_id,
    batch_id,
    judged_at
from {{ ref('int_outlier_judgements_deduplicated') }}
qualify row_number() over (
    partition by judged_collector, metric order by judged_at desc, recorded_at desc, event_id desc
) = 1
