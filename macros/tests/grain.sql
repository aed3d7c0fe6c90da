{#
    No two rows agree in the columns of the grain. When a build has only added to an earlier state, just the rows whose
    `touched_key` is among those of `touched_by` can have changed, and only they are looked at.
#}
{% test grain(model, columns, touched_by=none, touched_key=none) %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    {{ where_touched(touched_by, touched_key) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{# Every value that is not null stands in the other relation; narrowed like `grain`. #}
{% test refers_to(model, column_name, to, field, touched_by=none, touched_key=none) %}
    select asked.{{ column_name }}
    from (
        select {{ column_name }}
        from {{ model }}
        {{ where_touched(touched_by, touched_key) }}
    ) as asked
    where asked.{{ column_name }} is not null
        -- an anti join: the smaller side is the one that is kept in memory, `not in` would always keep the other relation
        and not exists (select 1 from {{ to }} as other where other.{{ field }} = asked.{{ column_name }})
{% endtest %}


{% macro where_touched(touched_by, touched_key) %}
    {% if is_narrowed(touched_by) %}
        where {{ touched_key }} in (select {{ touched_key }} from {{ touched_by }})
    {% endif %}
{% endmacro %}


{# `dbt test` looks at everything; so does a build from scratch. #}
{% macro is_narrowed(touched_by) %}
    {% if not execute or touched_by is none or flags.WHICH != 'build' %}
        {{ return(false) }}
    {% endif %}
    {% set finished = run_query('select 1 from staging.builds where finished_at is not null limit 1') %}
    {{ return(finished.rows | length > 0) }}
{% endmacro %}
