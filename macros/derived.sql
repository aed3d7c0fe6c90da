{# Whether a result was measured by a run that no other result tells of: an adapter marks the others. #}
{% macro is_a_run_of_its_own(relation) -%}
    {{ relation }}.attributes['derived_from'] is null
{%- endmacro %}
