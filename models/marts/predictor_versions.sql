{{ config(materialized='view') }}

with reigns as (

    select
        event_id,
        lead(trained_at) over (partition by predictor order by trained_at, event_id) as champion_until
    from {{ ref('int_predictor_trainings_deduplicated') }}
    where is_champion

)

select
    trainings.event_id,
    trainings.predictor,
    trainings.predictor_version,
    trainings.data_digest,
    trainings.weights_digest,
    trainings.result_count,
    trainings.scores,
    trainings.is_champion and reigns.champion_until is null as is_champion,
    trainings.reason,
    case when trainings.is_champion then trainings.trained_at end as champion_since,
    reigns.champion_until,
    trainings.trained_at
from {{ ref('int_predictor_trainings_deduplicated') }} as trainings
left join reigns
    on trainings.event_id = reigns.event_id
-- a version is named after its content: training the same again makes no other
qualify row_number() over (
    partition by trainings.predictor, trainings.predictor_version
    order by trainings.trained_at desc, trainings.event_id desc
) = 1
