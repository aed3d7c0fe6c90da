{{ config(materialized='view') }}

select
    -- ids
    event_id,
    run_id,
    comparability_id,
    workload_id,
    compatibility_id,
    software_stack_id,
    model_id,
    hardware_id,

    -- outcome
    subject_kind,
    subject,
    result_type,
    status,
    basis,
    basis_reason,
    error_class,
    error_message,

    -- condition
    mode,
    phase,
    device,
    device_kind,
    device_count,
    runtime,
    runtime_version,
    compute_platform,
    compute_platform_version,
    driver_version,
    compiler,
    precision,
    source_precision,
    memory_format,
    batch_size,
    sequence_length,
    image_size,
    parameter_count,
    condition,
    attributes,

    -- provenance
    batch_id,
    collector,
    collector_version,
    source_uri,
    source_digest,
    source_locator,

    -- timestamps
    occurred_at,
    recorded_at
from {{ ref('int_results_identified') }}
where event_id not in (select event_id from {{ ref('int_results_retracted') }})
