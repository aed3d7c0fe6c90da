{#
    The metrics that have a column of their own in the wide marts. Each has a column of that name in
    `int_results_identified`, in the metric's base unit; where there is none in a result, it takes no space.
#}
{% macro wide_metrics() -%}
    {{ return([
        'latency_mean', 'latency_min', 'latency_p50', 'latency_p90', 'latency_p95', 'latency_p99', 'latency_max',
        'latency_stddev', 'throughput', 'token_throughput', 'total_token_throughput', 'operation_throughput',
        'load_time', 'compile_time', 'duration', 'time_to_train',
        'memory_peak', 'memory_reserved_peak', 'memory_device_peak', 'memory_process_peak', 'memory_host_peak',
        'memory_allocated', 'power_mean', 'energy', 'energy_per_batch',
        'ttft_mean', 'ttft_p50', 'ttft_p90', 'ttft_p95', 'ttft_p99',
        'tpot_mean', 'tpot_p50', 'tpot_p90', 'tpot_p95', 'tpot_p99',
        'itl_mean', 'itl_p50', 'itl_p90', 'itl_p95', 'itl_p99',
        'request_latency_mean', 'request_latency_p50', 'request_latency_p90', 'request_latency_p95',
        'request_latency_p99', 'request_throughput', 'requests_completed', 'requests_failed',
        'score', 'speedup', 'memory_compression', 'improvement', 'real_time_factor',
    ]) }}
{%- endmacro %}


{# The number of a metric, from the list `numbers` in the order of the list `metric_names`; null when there is none. #}
{% macro number_named(metric, results) -%}
    {{ results }}.numbers[list_position({{ results }}.metric_names, '{{ metric }}')]
{%- endmacro %}
