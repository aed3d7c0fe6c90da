{{ config(materialized='view') }}

select
    -- ids
    results.event_id,
    results.run_id,
    results.comparability_id,

    -- what on what
    results.model_id,
    models.model_name,
    models.family,
    results.hardware_id,
    hardware.hardware_name,

    -- outcome
    results.status,
    results.basis,
    results.error_class,

    -- task
    results.condition['task'] as task,
    results.condition['score'] as score_name,
    try_cast(results.condition['num_fewshot_seeds'] as bigint) as few_shot_seeds,
    try_cast(results.condition['max_samples'] as bigint) as sample_limit,
    results.precision,
    results.runtime,
    results.runtime_version,
    results.parameter_count,
    results.condition,

    -- score
    results.score,
    try_cast(results.attributes['standard_error'] as double) as standard_error,

    -- provenance
    results.attributes,
    results.collector,
    results.source_uri,
    results.source_locator,

    -- timestamps
    results.occurred_at,
    results.recorded_at
from {{ ref('int_results_current') }} as results
left join {{ ref('dim_models') }} as models
    on results.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on results.hardware_id = hardware.hardware_id
where
    results.result_type = 'accuracy'
