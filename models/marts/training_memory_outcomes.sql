{{ config(materialized='view') }}

select
    -- ids
    outcomes.event_id,
    outcomes.measured_event_id,
    results.run_id,
    outcomes.model_id,
    outcomes.hardware_id,

    -- way of training
    results.condition['strategy'] as strategy,
    cast(results.condition['ranks'] as integer) as ranks,
    cast(results.condition['micro_batch'] as bigint) as micro_batch,
    results.sequence_length,
    results.precision,
    results.condition['optimizer'] as optimizer,
    results.condition['method'] as method,
    cast(results.condition['lora_rank'] as integer) as lora_rank,
    results.condition['checkpointing'] as checkpointing,
    cast(results.condition['accumulation_steps'] as integer) as accumulation_steps,
    results.condition['offload_optimizer'] as offload_optimizer,
    results.condition['reshards_after_forward'] as reshards_after_forward,

    -- predicted beside measured
    outcomes.value as predicted_bytes,
    outcomes.low as low_bytes,
    outcomes.high as high_bytes,
    outcomes.measured_value as measured_bytes,
    outcomes.error,
    outcomes.is_held,
    cast(cast(predictions.attributes['parts'] as json) as map (varchar, bigint)) as predicted_parts,

    -- provenance
    outcomes.predictor_version,
    outcomes.issued_at,
    outcomes.measured_at
from {{ ref('prediction_outcomes') }} as outcomes
inner join {{ ref('predictions') }} as predictions
    on outcomes.event_id = predictions.event_id
inner join {{ ref('fct_results') }} as results
    on outcomes.measured_event_id = results.event_id
where outcomes.predictor = 'training_memory'
