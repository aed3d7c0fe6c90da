{# How many times better `value` is than `baseline`, in the direction of its metric: above 1 is better. #}
{% macro advantage(value, baseline, direction) -%}
    case {{ direction }}
        when 'higher' then {{ value }} / nullif({{ baseline }}, 0)
        when 'lower' then {{ baseline }} / nullif({{ value }}, 0)
    end
{%- endmacro %}


{#
    Digest over all that a row of `dim_conditions` holds but one thing (or some): conditions with the same one differ in
    nothing else. Null where that thing is not stated, for then nobody knows whether it differs.
#}
{% macro condition_key_without(columns, condition='condition') -%}
    {%- set all = [
        'model_id', 'hardware_id', 'mode', 'phase', 'device_kind', 'device_count', 'runtime', 'compute_platform',
        'compiler', 'precision', 'memory_format', 'batch_size', 'sequence_length', 'image_size', 'parameter_count',
    ] -%}
    case
        when {% for column in columns %}{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
            then
                {{ surrogate_key((all | reject('in', columns) | list) + [condition]) }}
    end
{%- endmacro %}


{# The condition of a text model without the number of tokens, which llama.cpp tells again in words of its own. #}
{% macro condition_without_length(relation) -%}
    map_from_entries(
        list_filter(
            map_entries(coalesce({{ relation }}.condition, map([], []))),
            lambda entry: entry.key not in ('n_prompt', 'n_gen') or {{ relation }}.phase is null
        )
    )
{%- endmacro %}


{#
    What a value says of the work done in a second: a rate says it, a time is that of one step. `items` is the work of
    one step, `per_item` that of one item. Null for metrics that are about neither, such as memory.
#}
{% macro work_per_second(relation, items, per_item='1') -%}
    case
        when {{ relation }}.metric in ('throughput', 'request_throughput')
            then {{ relation }}.value * {{ per_item }}
        when {{ relation }}.metric in ('token_throughput', 'total_token_throughput')
            then {{ relation }}.value
        when {{ relation }}.metric like 'latency_%'
            then {{ items }} / nullif({{ relation }}.value, 0)
    end
{%- endmacro %}


{# All sizes of a group with the work done in a second at each, to be aggregated. #}
{% macro steps(size, rate) -%}
    list(struct_pack(size := {{ size }}, rate := {{ rate }}))
{%- endmacro %}


{# The work done in a second at one size. #}
{% macro rate_at(size, steps) -%}
    list_filter({{ steps }}, lambda step: step.size = {{ size }})[1].rate
{%- endmacro %}


{# Sizes at which at least nine tenths of the best rate are reached. #}
{% macro sizes_near_the_best(steps) -%}
    list_transform(
        list_filter(
            {{ steps }},
            lambda step: step.rate >= 0.9 * list_max(list_transform({{ steps }}, lambda each: each.rate))
        ),
        lambda step: step.size
    )
{%- endmacro %}


{# The value of `column` where the precision is fp32, else of the highest precision there. #}
{% macro of_highest_precision(column) -%}
    arg_min(series.{{ column }}, case when series.precision != 'fp32' then ranks.rank else 0 end)
{%- endmacro %}


{# The groups of which a condition was touched by this build, to be worked out anew. #}
{% macro touched_groups(key, groups, touched) -%}
    (
        select distinct {{ key }}
        from {{ groups }}
        where comparability_id in (select comparability_id from {{ touched }}) and {{ key }} is not null
    )
{%- endmacro %}
