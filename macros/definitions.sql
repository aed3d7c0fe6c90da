{#
    What every model is made by, kept inside the file it was built in: so that a mart can be explained by whoever has the
    file, without dbt and without this project. Written by builds from nothing only: those compile the models as they
    read all events, and another project never adds to a file (see benchmart/build_file.py).
#}
{% macro record_definitions(results) %}
    {% if execute and flags.WHICH == 'build' and is_first_build() %}
        create or replace table staging.model_definitions (
            name varchar, layer varchar, path varchar, language varchar, sql varchar, description varchar,
            grain varchar[], evidence json, columns json
        );
        {% for result in results if result.node.resource_type == 'model' and result.node.compiled_code %}
            {{ insert_definition(result.node) }};
        {% endfor %}
    {% else %}
        select 1
    {% endif %}
{% endmacro %}


{% macro is_first_build() %}
    {% set finished = run_query('select 1 from staging.builds where finished_at is not null limit 1') %}
    {{ return(finished.rows | length == 0) }}
{% endmacro %}


{% macro insert_definition(node) %}
    {% set columns = {} %}
    {% for column in node.columns.values() %}
        {% do columns.update({column.name: column.description}) %}
    {% endfor %}
    insert into staging.model_definitions values (
        {{ sql_text(node.name) }},
        {{ sql_text(node.schema) }},
        {{ sql_text(node.original_file_path) }},
        {{ sql_text(node.language) }},
        {{ sql_text(without_log_files(node.compiled_code)) }},
        {{ sql_text(node.description) }},
        cast({{ sql_text(tojson(grain_of(node.unique_id))) }} as json)::varchar[],
        {{ sql_text(tojson(node.config.meta.get('evidence') or [])) }},
        {{ sql_text(tojson(columns)) }}
    )
{% endmacro %}


{# The columns that the `grain` test of a model names; none when it has no such test. #}
{% macro grain_of(unique_id) %}
    {% for test in graph.nodes.values() if test.resource_type == 'test' and test.attached_node == unique_id %}
        {% if test.test_metadata and test.test_metadata.name == 'grain' %}
            {{ return(test.test_metadata.kwargs.columns) }}
        {% endif %}
    {% endfor %}
    {{ return([]) }}
{% endmacro %}


{# The paths of batch files stand in SQL that reads the log, many of them; which events are read is all that matters. #}
{% macro without_log_files(sql) %}
    {% set files = "read_parquet\\(\\s*\\[(?:\\s*'(?:[^']|'')*'\\s*,?)*\\s*\\][^)]*\\)" %}
    {% set kind = modules.re.search("schemas/(\\w+)-\\d+\\.parquet", sql) %}
    {{ return(modules.re.sub(files, 'events.' ~ kind.group(1), sql) if kind else sql) }}
{% endmacro %}


{% macro sql_text(text) -%}
    {{ return("'" ~ (text | string | replace("'", "''")) ~ "'") }}
{%- endmacro %}
