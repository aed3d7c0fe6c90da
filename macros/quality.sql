{# Results that arrived, an earlier copy of a known one too, are looked at anew. #}
{% macro forget_quality_of_arrived() -%}
    {% if is_incremental() %}
        delete from {{ this }} where event_id in (
            select arrived.event_id
            from {{ ref('int_results_identified') }} as arrived
            where arrived.{{ is_from_current_build() }}
        )
    {% else %}
        select 1
    {% endif %}
{%- endmacro %}


{#
    Metrics that have an order in every result that has both, since both are about the same steps or requests: each is
    never above those that are listed with it.
#}
{% macro metric_orders() -%}
    {{ return({
        'latency_min': [
            'latency_mean', 'latency_p50', 'latency_p90', 'latency_p95', 'latency_p97', 'latency_p99', 'latency_p99_9',
            'latency_max',
        ],
        'latency_mean': ['latency_max'],
        'latency_p50': ['latency_p90', 'latency_p95', 'latency_p97', 'latency_p99', 'latency_p99_9', 'latency_max'],
        'latency_p90': ['latency_p95', 'latency_p97', 'latency_p99', 'latency_p99_9', 'latency_max'],
        'latency_p95': ['latency_p97', 'latency_p99', 'latency_p99_9', 'latency_max'],
        'latency_p97': ['latency_p99', 'latency_p99_9', 'latency_max'],
        'latency_p99': ['latency_p99_9', 'latency_max'],
        'latency_p99_9': ['latency_max'],
        'ttft_mean': ['request_latency_mean'],
        'ttft_p50': ['ttft_p90', 'ttft_p95', 'ttft_p99', 'ttft_p99_9', 'request_latency_p50'],
        'ttft_p90': ['ttft_p95', 'ttft_p99', 'ttft_p99_9', 'request_latency_p90'],
        'ttft_p95': ['ttft_p99', 'ttft_p99_9', 'request_latency_p95'],
        'ttft_p99': ['ttft_p99_9', 'request_latency_p99'],
        'tpot_p50': ['tpot_p90', 'tpot_p95', 'tpot_p99', 'tpot_p99_9'],
        'tpot_p90': ['tpot_p95', 'tpot_p99', 'tpot_p99_9'],
        'tpot_p95': ['tpot_p99', 'tpot_p99_9'],
        'tpot_p99': ['tpot_p99_9'],
        'itl_p50': ['itl_p90', 'itl_p95', 'itl_p99'],
        'itl_p90': ['itl_p95', 'itl_p99'],
        'itl_p95': ['itl_p99'],
        'request_latency_p50': ['request_latency_p90', 'request_latency_p95', 'request_latency_p99'],
        'request_latency_p90': ['request_latency_p95', 'request_latency_p99'],
        'request_latency_p95': ['request_latency_p99'],
        'memory_peak': ['memory_reserved_peak'],
        'token_throughput': ['total_token_throughput'],
    }) }}
{%- endmacro %}


{# The same as a relation of `lower_metric` and `upper_metric`. #}
{% macro ordered_pairs() -%}
    (
        {%- for lower, uppers in metric_orders().items() %}
        {{ "union all " if not loop.first }}select '{{ lower }}' as lower_metric, unnest({{ uppers }}) as upper_metric
        {%- endfor %}
    )
{%- endmacro %}


{# The orders among metrics that results have in columns. #}
{% macro metric_orders_in_columns() -%}
    {%- set orders = {} -%}
    {%- for lower, uppers in metric_orders().items() if lower in wide_metrics() -%}
        {%- set wide_uppers = uppers | select('in', wide_metrics()) | list -%}
        {%- if wide_uppers -%}
            {%- do orders.update({lower: wide_uppers}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(orders) }}
{%- endmacro %}


{# Of those metrics the ones that no result has in a column. #}
{% macro ordered_metrics_without_column() -%}
    {%- set named = (metric_orders().keys() | list) + (metric_orders().values() | sum(start=[])) -%}
    {{ return(named | unique | reject('in', wide_metrics()) | list) }}
{%- endmacro %}
