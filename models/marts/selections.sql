{{ config(materialized='view') }}

select
    event_id,
    model_id,
    family,
    mode,
    precision,
    batch_size,
    image_size,
    sequence_length,
    runtime,
    runtime_version,
    compiler,
    memory_format,
    hardware_id,
    basis,
    equally_good,
    candidates,
    weights,
    selected_at
from {{ ref('int_selections_deduplicated') }}
