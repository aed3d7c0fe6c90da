{#
    What kind of result it is: the first rule that fits decides. What was asked counts, not how it ended, so that a
    failure is of the kind that was tried. `metric_names`, a column of `results`,
    lists the metrics that are told.
#}
{% macro result_type(results) -%}
    {%- set check = results ~ ".condition['check']" -%}
    case
        -- how well a model answers
        when {{ results }}.collector = 'adapter:lighteval' or list_contains({{ results }}.metric_names, 'score')
            then 'accuracy'
        -- a model in a browser
        when
            {{ results }}.device_kind in ('webgpu', 'webnn', 'wasm')
            or {{ results }}.condition['browser'] is not null
            then 'web_platform'
        -- what a table or a program claims of a model or a family, and a kind of device
        when {{ results }}.collector = 'adapter:legacy_compat_matrix'
            then 'compatibility'
        -- code that was looked at, or made, and not run on a device
        when {{ check }} in (
            'code analysis', 'code fix', 'generated test', 'static coverage', 'test generation', 'validation'
        )
            then 'code_check'
        -- whether parts work together: clients, queues, retries; not a model's speed
        when
            {{ check }} in ('api client', 'availability', 'integration')
            or {{ check }} = 'request'
            and ({{ results }}.subject_kind = 'test' or {{ results }}.condition['scenario'] is not null)
            then 'integration'
        -- whether something works at all
        when
            {{ check }} is not null and {{ check }} != 'request'
            or {{ results }}.collector like 'adapter:legacy\_%' escape '\' and {{ results }}.subject_kind = 'test'
            then 'functionality'
        -- a model that answers requests of clients
        when
            {{ check }} = 'request'
            or {{ results }}.condition['scenario'] in ('Interactive', 'Server')
            or {{ results }}.collector in ('adapter:llmperf', 'adapter:vllm_bench')
            or list_has_any(
                {{ results }}.metric_names, [
                    {%- for name in wide_metrics() if name.split('_')[0] in ('ttft', 'tpot', 'itl', 'request', 'requests') %}
                    '{{ name }}'{{ ',' if not loop.last }}
                    {%- endfor %}
                ]
            )
            then 'serving'
        when {{ results }}.subject_kind = 'model' and {{ results }}.mode = 'training'
            then 'training'
        when {{ results }}.subject_kind = 'model' and {{ results }}.mode is not null
            then 'inference'
        -- numbers of a model whose source does not say whether it was trained
        when {{ results }}.subject_kind = 'model' and len({{ results }}.metric_names) > 0
            then 'model_performance'
        when {{ results }}.subject_kind = 'model'
            then 'functionality'
        -- a single operator or kernel
        when {{ results }}.collector in ('adapter:neusight_kernels', 'adapter:torch_operator_benchmark')
            then 'operator'
        -- code that was timed; a test's own duration is no benchmark
        when
            {{ results }}.collector in (
                {%- for tool in timing_tools() %}
                'adapter:{{ tool }}'{{ ',' if not loop.last }}
                {%- endfor %}
            )
            or len(list_filter({{ results }}.metric_names, lambda name: name != 'duration')) > 0
            then 'code_benchmark'
        else 'test'
    end
{%- endmacro %}


{# Formats of tools that time code: also what fails in them is a benchmark. #}
{% macro timing_tools() -%}
    {{ return([
        'asv', 'asv_history', 'benchmark_js', 'benchmark_luau', 'benchmarkdotnet', 'cargo_bench', 'catch2',
        'catch2_xml', 'custom_benchmark', 'go_bench', 'google_benchmark', 'jmh', 'julia_benchmark', 'otava_csv',
        'pyperf', 'pytest_benchmark',
    ]) }}
{%- endmacro %}


{# Whether a source tells what was drawn, or how hot it was. #}
{% macro tells_power_or_heat(results) -%}
    (
        list_has_any({{ results }}.metric_names, ['power_mean', 'energy', 'energy_per_batch'])
        or coalesce({{ results }}.attributes['max_temp_c'], {{ results }}.attributes['max_power_w']) is not null
    )
{%- endmacro %}
