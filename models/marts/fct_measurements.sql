{{ config(materialized='view') }}

select
    -- ids
    event_id,
    metric_position,
    comparability_id,
    model_id,
    hardware_id,
    runtime_version,
    status,
    basis,

    -- numbers
    metric,
    unit,
    value,
    samples,
    warmup_samples,
    sample_count,
    relative_iqr,
    source_unit,
    coalesce(source_value_if_other, value) as source_value,
    is_unit_known,

    -- timestamps
    occurred_at,
    committed_at
from {{ ref('int_measurements_normalized') }}
where event_id not in (select event_id from {{ ref('int_results_retracted') }})
