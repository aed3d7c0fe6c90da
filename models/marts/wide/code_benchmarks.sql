{{ config(materialized='view') }}

select
    -- ids
    results.event_id,
    results.run_id,
    results.comparability_id,

    -- subject
    results.result_type,
    results.subject,
    results.hardware_id,
    hardware.hardware_name,

    -- outcome
    results.status,
    results.basis,
    results.error_class,

    -- condition
    results.device_kind,
    results.runtime,
    results.runtime_version,
    results.precision,
    results.batch_size,
    results.condition,

    -- numbers
    results.latency_mean as latency_mean_seconds,
    results.latency_p50 as latency_p50_seconds,
    results.latency_min as latency_min_seconds,
    results.latency_max as latency_max_seconds,
    results.latency_stddev as latency_stddev_seconds,
    results.operation_throughput as operations_per_second,
    results.memory_host_peak as memory_host_peak_bytes,
    results.memory_allocated as memory_allocated_bytes,

    -- provenance
    results.attributes,
    results.collector,
    results.source_uri,
    results.source_locator,

    -- timestamps
    results.occurred_at,
    results.recorded_at
from {{ ref('int_results_current') }} as results
left join {{ ref('dim_hardware') }} as hardware
    on results.hardware_id = hardware.hardware_id
where
    results.result_type in ('code_benchmark', 'operator')
