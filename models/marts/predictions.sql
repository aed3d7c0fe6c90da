{{ config(materialized='view') }}

select
    event_id,
    predictor,
    predictor_version,
    model_id,
    hardware_id,
    mode,
    precision,
    batch_size,
    image_size,
    sequence_length,
    device_count,
    runtime,
    runtime_version,
    compiler,
    memory_format,
    metric,
    unit,
    value,
    low,
    high,
    level,
    case_name,
    issued_at
from {{ ref('int_predictions_deduplicated') }}
