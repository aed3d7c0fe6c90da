{{ config(materialized='view') }}

select
    -- ids
    results.event_id,
    results.run_id,
    results.comparability_id,
    results.software_stack_id,

    -- what on what
    results.model_id,
    models.model_name,
    models.family,
    results.hardware_id,
    hardware.hardware_name,

    -- outcome
    results.result_type,
    results.status,
    results.basis,
    results.error_class,

    -- condition
    results.mode,
    results.phase,
    results.device_kind,
    results.device_count,
    results.runtime,
    results.runtime_version,
    results.compute_platform,
    results.compute_platform_version,
    results.driver_version,
    results.compiler,
    results.precision,
    results.memory_format,
    results.batch_size,
    results.sequence_length,
    results.image_size,
    results.parameter_count,
    results.condition,

    -- speed
    results.latency_mean as latency_mean_seconds,
    results.latency_p50 as latency_p50_seconds,
    results.latency_p90 as latency_p90_seconds,
    results.latency_p95 as latency_p95_seconds,
    results.latency_p99 as latency_p99_seconds,
    results.latency_min as latency_min_seconds,
    results.latency_max as latency_max_seconds,
    results.latency_stddev as latency_stddev_seconds,
    results.throughput as items_per_second,
    results.token_throughput as tokens_per_second,
    results.load_time as load_time_seconds,
    results.compile_time as compile_time_seconds,
    results.duration as duration_seconds,

    -- memory
    results.memory_peak as memory_peak_bytes,
    results.memory_reserved_peak as memory_reserved_peak_bytes,
    results.memory_device_peak as memory_device_peak_bytes,
    results.memory_process_peak as memory_process_peak_bytes,
    results.memory_host_peak as memory_host_peak_bytes,
    results.memory_allocated as memory_allocated_bytes,

    -- energy
    results.power_mean as power_mean_watts,
    results.energy_per_batch as energy_per_batch_joules,
    results.energy as energy_joules,

    -- provenance
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
    results.subject_kind = 'model'
    and results.result_type in ('inference', 'training', 'serving', 'web_platform', 'model_performance')
