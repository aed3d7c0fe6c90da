{# What lies between two points of a series, in its order: each value of a field once, those of the two points left out. #}
{% macro told_between(points, previous, next, field) -%}
    {%- set told -%}
        list_transform({{ points }}[{{ previous }} + 1:{{ next }} - 1], lambda point: point.{{ field }})
    {%- endset -%}
    list_transform(
        list_sort(
            list_transform(
                list_distinct(
                    list_filter(
                        {{ told }},
                        lambda each: coalesce(
                            each not in ({{ points }}[{{ previous }}].{{ field }}, {{ points }}[{{ next }}].{{ field }}),
                            true
                        )
                    )
                ),
                lambda each: struct_pack(place := list_position({{ told }}, each), told := each)
            )
        ),
        lambda placed: placed.told
    )
{%- endmacro %}


{# The fewest points of a series that is judged, as `predictors.detection.contract` says. #}
{% macro fewest_points_judged() -%}
    6
{%- endmacro %}
