{#
    Relations are named without their database, so that views in the published file still work when the file is
    renamed, copied or attached under another name.
#}
{% macro ref() -%}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {{ return(relation.include(database=false) if relation.database else relation) }}
{%- endmacro %}
