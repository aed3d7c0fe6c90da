{#
    How spellings of devices are brought to one form. Every step is a pair: a regular expression (RE2) and what stands
    in its place. The steps only take away what does not change the device (vendor, maker's words, memory type, power,
    partition, count) and bring the rest to one spelling; what is left decides, and what differs stays different.
#}
{% macro rewritten(column, steps) -%}
    {%- for _ in steps %}regexp_replace({% endfor %}{{ column }}
    {%- for pattern, replacement in steps %}, '{{ pattern }}', '{{ replacement }}', 'g'){% endfor %}
{%- endmacro %}


{# Several devices listed one after the other (`A, A`), each once; the small display card of a workstation is none. #}
{% macro listed_devices(column) -%}
    list_filter(
        string_split_regex(lower(trim({{ column }})), '\s*[,;]\s*|\s+\+\s+'),
        lambda part: part <> '' and not regexp_matches(part, 'dgx display')
    )
{%- endmacro %}


{# How many devices the spelling itself states (`2x A`, `A * 4`, `A x8`, `A (x2)`, `A, A`); null when it states none. #}
{% macro stated_device_count(column) -%}
    {#- the lanes of a slot (`PCIe 4.0 x16`) are no count -#}
    {%- set text = "regexp_replace(lower(" ~ column ~ "), 'pci[ -]?e\\s*(gen\\s*\\d|\\d\\.\\d)\\s*x\\d+', '')" %}
    coalesce(
        {%- for pattern in [
            '(?:^|\\s)(\\d{1,3})x\\s*[a-z0-9]',
            '(?:^|\\s)(\\d{1,4})\\s+[x×*]\\s+[a-z0-9]',
            '(?:[\\s(,_-]|gb)[x×*]\\s*(\\d{1,4})\\)?\\s*$',
            '\\b(\\d{1,4})\\s+gpus\\b',
            '\\btpu[ -]?v(?:5e|5litepod|6e)-(\\d{1,4})\\s*$',
        ] %}
        cast(nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), '') as integer),
        {%- endfor %}
        case
            when
                len({{ listed_devices(column) }}) > 1
                and len(list_distinct({{ listed_devices(column) }})) = 1
                then cast(len({{ listed_devices(column) }}) as integer)
        end
    )
{%- endmacro %}


{#
    The rows of `relation`, and as `words` those that tell the device that `column` names, in their order, single
    spaces between; null for a slice of a device or a mixture of devices. The steps are taken in a few stages, because
    linters refuse expressions as deep as all of them.
#}
{% macro with_hardware_words(relation, column) -%}
    {%- set steps = hardware_steps() -%}
    {%- set stages = steps | slice(((steps | length) / 12) | round(0, 'ceil') | int) | list -%}
    (
        select
            * exclude (text_0{% for _ in stages %}, text_{{ loop.index }}{% endfor %}),
            nullif(trim(text_{{ stages | length }}), '') as words
        from (
            select
                *,
                case
                    when
                        len(list_distinct({{ listed_devices(column) }})) = 1
                        and not regexp_matches(lower({{ column }}), '\bmig\b|\b\dg\.\d+gb\b')
                        then {{ listed_devices(column) }}[1]
                end as text_0
                {%- for stage in stages %},
                {{ rewritten('text_' ~ loop.index0, stage) }} as text_{{ loop.index }}
                {%- endfor %}
            from {{ relation }}
        )
    )
{%- endmacro %}


{# Words as a key: sorted, each once, so that their order does not matter. #}
{% macro words_key(words) -%}
    array_to_string(list_sort(list_distinct({{ words }})), ' ')
{%- endmacro %}


{# The size of memory among the words, bytes. #}
{% macro stated_memory_bytes(words) -%}
    cast(nullif(regexp_extract({{ words }}, '\b(\d+(?:\.\d+)?)gb\b', 1), '') as double) * 1073741824
{%- endmacro %}


{#
    A name that stands for whatever device there is, or for the software it is reached through: it tells a kind of
    device, not a device.
#}
{% macro is_device_kind(column) -%}
    regexp_matches(
        lower(trim({{ column }})),
        '^(cpu|gpu|cuda|rocm|hip|mps|metal|xpu|tpu|npu|hpu|dsp|qnn|openvino|onnx|webgpu|webnn|wasm|vulkan|opencl'
        '|directml|apple|qualcomm|samsung|mediatek|nvidia|amd|intel|arm|n/?a|none|null|unknown|default|auto|any'
        '|device|host|accelerator)(\s*[:_ -]?\s*\d+)?$'
    )
{%- endmacro %}


{#
    Processors carry their exact model in the name the system reports, and there are thousands of them: one is known
    by its number, whether the catalogue has it or not.
#}
{% macro is_processor_model(words) -%}
    regexp_matches(
        {{ words }},
        '^(xeon ((platinum|gold|silver|bronze) )?\d{4}[a-z]{0,3}( plus)?'
        '|xeon (w|e|d|e3|e5|e7|w\d|max) \d{4,5}[a-z]{0,3}( v\d)?'
        '|epyc (\d{4}[a-z]{0,2}|\d[a-z][a-z0-9]{2})'
        '|ryzen (threadripper )?(pro )?(ai )?(\d )?(pro )?(hx )?\d{3,4}[a-z]{0,2}(3d)?'
        '|i[3579] (\d{3,5}[a-z]{0,3}|\d{4}g\d)'
        '|core (ultra )?\d \d{3}[a-z]{0,2}'
        '|(core )?m\d? \d[a-z]\d{2}'
        '|atom [a-z]?\d{3,4}[a-z]?'
        '|(celeron|pentium) ([a-z]+ )?[a-z]?\d{4}[a-z]?'
        '|cortex [amrx]\d+[a-z]*'
        '|neoverse [env]\d'
        '|graviton\d?e?'
        '|ampere (altra( max)?|one)( [a-z]\d+ \d+)?)$'
    )
{%- endmacro %}


{# Words that make another device of the ones after them, so that none of them is a seller or a host. #}
{% macro is_part_of_a_device(words) -%}
    regexp_matches(
        {{ words }},
        '\b(rtx|gtx|rx|quadro|titan|radeon|arc|flex|pro|max|ultra|super|laptop|mobile|maxq|grace|jetson|orin|xavier'
        '|nano|xeon|epyc|ryzen|core|i[3579]|atom|snapdragon|mali|adreno|iris|uhd|hd|vega|firepro|tegra|grid|vgpu'
        '|virtual|emulated|simulated|fake|no|not|without|and|vs|instead|like|\d+|\d+(\.\d+)?gb|[a-z])\b'
    )
{%- endmacro %}
