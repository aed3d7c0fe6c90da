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
    results.basis_reason,

    -- platform
    results.device_kind as backend,
    results.condition['browser'] as browser,
    try_cast(results.condition['compute_shaders'] as boolean) as compute_shaders,
    try_cast(results.attributes['headless'] as boolean) as headless,
    try_cast(results.attributes['browser_opened'] as boolean) as browser_opened,
    coalesce(
        results.attributes['implementation_type'],
        results.attributes['implementation']
    ) as implementation,
    results.mode,
    results.precision,
    results.batch_size,
    results.condition,

    -- numbers
    results.latency_mean as latency_mean_seconds,
    results.latency_p95 as latency_p95_seconds,
    results.throughput as items_per_second,
    results.load_time as load_time_seconds,
    results.memory_peak as memory_peak_bytes,
    results.improvement,

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
    results.result_type = 'web_platform'
