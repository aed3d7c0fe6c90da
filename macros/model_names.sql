{#
    What a spelling of a model is in short: no folders before a file, no ending, no number of a part, no size of weights
    that the precision of the result tells as well. Mixtures of sizes made for one model (`UD-Q4_K_XL`) stay, for the
    precision does not tell them apart.
#}
{% macro model_stem(column) -%}
    {{ rewritten(column, [
        ['^.*/([^/]+\\.gguf)$', '\\1'],
        ['(?i)\\.(gguf|ggml|bin|safetensors|onnx|pth?)$', ''],
        ['(?i)-\\d{5}-of-\\d{5}$', ''],
        ['(?i)[-_.]gguf$', ''],
        ['(?i)([-_.]i1)?[-_.](q[2-8]_[01k](_[sml])?|i?q[1-4]_(xxs|xs|s|m|nl)|mxfp4(_moe)?|b?f16|f32)$', ''],
    ]) }}
{%- endmacro %}


{#
    A model's name as a key: lower case, only letters, digits and the points between digits, words apart, digits apart
    from letters before them (`Llama2-7B` and `llama-2-7b` are one). Neither who publishes it nor the accuracy that a
    benchmark asks for (`-99.9`) is part of the name.
#}
{% macro model_key(column) -%}
    trim({{ rewritten("lower(" ~ model_stem(column) ~ ")", [
        ['^(skills/)?(hf[_/-])?', ''],
        ['^[^/]+/', ''],
        ['^(meta|nvidia|google|microsoft)-', ''],
        ['-99(\\.9)?$', ''],
        ['[^a-z0-9.]+', ' '],
        ['([a-z])(\\d)', '\\1 \\2'],
        ['([^\\d])\\.|\\.([^\\d]|$)', '\\1 \\2'],
        ['\\s+', ' '],
    ]) }})
{%- endmacro %}
