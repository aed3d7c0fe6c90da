{# A 128-bit digest over columns; rows have the same key exactly when all columns are equal, nulls included. #}
{% macro surrogate_key(columns) -%}
    cast(
        md5(
            concat_ws(
                chr(31)
                {%- for column in columns %},
                coalesce(cast({{ column }} as varchar), chr(30))
                {%- endfor %}
            )
        ) as uuid
    )
{%- endmacro %}


{# What a name of hardware, a model or a precision is looked up by: lower case, runs of anything else as one space. #}
{% macro lookup_name(column) -%}
    trim(regexp_replace(lower({{ column }}), '[^a-z0-9]+', ' ', 'g'))
{%- endmacro %}


{# Text that sorts as versions do: 2.10.1 after 2.9.0. Null when there is no number in it. #}
{% macro version_order(column) -%}
    case
        when regexp_matches({{ column }}, '\d')
            then concat_ws(
                '.',
                {%- for part in (1, 2, 3) %}
                lpad(
                    regexp_extract({{ column }}, '(\d+)(?:\.(\d+))?(?:\.(\d+))?', {{ part }}), 8, '0'
                ){{ "," if not loop.last }}
                {%- endfor %}
            )
    end
{%- endmacro %}


{# Drops what is to be worked out anew in this build; nothing in a build from scratch. #}
{% macro forget_touched(key, touched) -%}
    {% if is_incremental() %}
        delete from {{ this }} where {{ key }} in (select {{ key }} from {{ touched }})
    {% else %}
        select 1
    {% endif %}
{%- endmacro %}
