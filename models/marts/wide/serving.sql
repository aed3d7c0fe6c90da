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
    results.precision,
    results.batch_size,
    coalesce(
        results.condition['api'],
        results.condition['framework']
    ) as service,
    results.condition['scenario'] as scenario,
    coalesce(
        try_cast(results.condition['max_concurrency'] as bigint),
        try_cast(results.condition['num_concurrent_requests'] as bigint)
    ) as concurrency,
    try_cast(results.condition['request_rate'] as double) as requests_sent_per_second,
    try_cast(results.condition['num_prompts'] as bigint) as request_count,
    coalesce(
        try_cast(results.condition['input_tokens'] as double),
        try_cast(results.condition['mean_input_tokens'] as double)
    ) as input_tokens,
    coalesce(
        try_cast(results.condition['output_tokens'] as double),
        try_cast(results.condition['mean_output_tokens'] as double)
    ) as output_tokens,
    results.condition,

    -- times of requests
    results.ttft_mean as ttft_mean_seconds,
    results.ttft_p50 as ttft_p50_seconds,
    results.ttft_p90 as ttft_p90_seconds,
    results.ttft_p95 as ttft_p95_seconds,
    results.ttft_p99 as ttft_p99_seconds,
    results.tpot_mean as tpot_mean_seconds,
    results.tpot_p50 as tpot_p50_seconds,
    results.tpot_p90 as tpot_p90_seconds,
    results.tpot_p95 as tpot_p95_seconds,
    results.tpot_p99 as tpot_p99_seconds,
    results.itl_mean as itl_mean_seconds,
    results.itl_p50 as itl_p50_seconds,
    results.itl_p90 as itl_p90_seconds,
    results.itl_p95 as itl_p95_seconds,
    results.itl_p99 as itl_p99_seconds,
    results.request_latency_mean as request_latency_mean_seconds,
    results.request_latency_p50 as request_latency_p50_seconds,
    results.request_latency_p90 as request_latency_p90_seconds,
    results.request_latency_p95 as request_latency_p95_seconds,
    results.request_latency_p99 as request_latency_p99_seconds,

    -- rates
    results.request_throughput as requests_per_second,
    try_cast(results.attributes['request_goodput'] as double) as good_requests_per_second,
    results.token_throughput as output_tokens_per_second,
    results.total_token_throughput as total_tokens_per_second,
    results.throughput as items_per_second,

    -- others
    results.latency_mean as latency_mean_seconds,
    results.latency_p90 as latency_p90_seconds,
    results.latency_p99 as latency_p99_seconds,
    results.load_time as load_time_seconds,
    results.duration as duration_seconds,
    results.requests_completed,
    results.requests_failed,

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
    results.result_type = 'serving'
