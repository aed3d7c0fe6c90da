{{ config(materialized='view') }}

select
    -- ids
    results.event_id,
    results.run_id,
    results.comparability_id,

    -- what on what
    results.result_type,
    results.subject,
    results.model_id,
    models.model_name,
    models.family,
    results.hardware_id,
    hardware.hardware_name,

    -- outcome
    results.status,
    results.basis,

    -- condition
    results.mode,
    results.phase,
    results.device_kind,
    results.device_count,
    results.runtime,
    results.runtime_version,
    results.compute_platform,
    results.compiler,
    results.precision,
    results.batch_size,
    results.sequence_length,
    results.image_size,
    results.parameter_count,
    results.condition,

    -- power and heat
    results.power_mean as power_mean_watts,
    results.energy_per_batch as energy_per_batch_joules,
    results.energy as energy_joules,
    try_cast(results.attributes['median_power_w'] as double) as power_median_watts,
    try_cast(results.attributes['max_power_w'] as double) as power_max_watts,
    try_cast(results.attributes['max_temp_c'] as double) as temperature_max_celsius,

    -- speed
    results.latency_mean as latency_mean_seconds,
    results.throughput as items_per_second,
    results.token_throughput as tokens_per_second,
    coalesce(
        results.batch_size / nullif(results.energy_per_batch, 0),
        results.throughput / nullif(results.power_mean, 0)
    ) as items_per_joule,
    results.token_throughput / nullif(results.power_mean, 0) as tokens_per_joule,

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
    results.tells_power_or_heat
