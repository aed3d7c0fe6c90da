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

    -- condition
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
    results.condition['method'] as method,
    results.condition['optimizer'] as optimizer,
    results.condition,

    -- speed
    results.latency_mean as step_time_seconds,
    results.throughput as items_per_second,
    results.token_throughput as tokens_per_second,
    results.time_to_train as time_to_train_seconds,
    results.duration as duration_seconds,
    results.compile_time as compile_time_seconds,

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

    -- progress
    try_cast(results.attributes['iterations'] as bigint) as steps,
    try_cast(results.attributes['final_eval'] as double) as quality_reached,
    try_cast(results.attributes['first_loss'] as double) as first_loss,
    try_cast(results.attributes['last_loss'] as double) as last_loss,

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
    results.result_type = 'training'
