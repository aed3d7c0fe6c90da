{# The events of one kind in the files that this build is the first to see, or an empty relation of that shape. #}
{% macro read_events(kind) -%}
    {{ return(adapter.dispatch('read_events', 'benchmart')(kind)) }}
{%- endmacro %}


{% macro duckdb__read_events(kind) -%}
    {% set ledger = ref('stg_event_log__files') %}
    {% set paths = [] %}
    {% if execute %}
        {% set query %}
            select file.log_path
            from (select unnest(benchmart_log_files()) as file)
            where file.kind = '{{ kind }}' and file.log_file is null
            {% if load_relation(ledger) is not none %}
            union all
            select log_path from {{ ledger }} where kind = '{{ kind }}' and {{ is_from_current_build() }}
            {% endif %}
        {% endset %}
        {% set paths = run_query(query).columns[0].values() | list %}
    {% endif %}
    read_parquet(
        [
            {%- for path in paths %}
            '{{ path | replace("'", "''") }}'{{ "," if not loop.last }}
            {%- endfor %}
        ],
        union_by_name = true, hive_partitioning = false
    )
{%- endmacro %}
