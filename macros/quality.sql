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
