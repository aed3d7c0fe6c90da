{#
    A build is numbered, and rows that later models have to tell apart carry the number of the build that last wrote
    them. `staging.builds` and `staging.build_context` are laid down by benchmart's dbt plugin.
#}
{% macro begin_build() %}
    {% if execute and flags.WHICH in ('build', 'run', 'seed', 'snapshot') %}
        {% if run_query('select 1 from staging.builds where finished_at is null').rows | length %}
            {{ exceptions.raise_compiler_error(
                'an earlier build of this process did not finish; start a new process'
            ) }}
        {% endif %}
        insert into staging.builds
        select
            greatest(
                coalesce((select max(build_number) from staging.builds), 0), served_build_number
            ) + 1,
            project_digest,
            now(),
            null
        from staging.build_context
    {% else %}
        select 1
    {% endif %}
{% endmacro %}


{# Only a whole build in which everything passed is marked finished, and only a finished build is published. #}
{% macro finish_build(results) %}
    {% if execute and flags.WHICH == 'build' and is_whole_build() and not has_failures(results) %}
        update staging.builds set finished_at = now() where {{ is_from_current_build() }}
    {% else %}
        select 1
    {% endif %}
{% endmacro %}


{% macro is_whole_build() %}
    {% set arguments = invocation_args_dict %}
    {% set is_narrowed = arguments.get('select') or arguments.get('exclude')
        or arguments.get('resource_types') or arguments.get('exclude_resource_types') %}
    {{ return(not is_narrowed and arguments.get('selector') in (none, '', 'full', 'refresh')) }}
{% endmacro %}


{% macro has_failures(results) %}
    {% set bad = ['error', 'fail', 'skipped', 'runtime error', 'partial success'] %}
    {{ return(results | selectattr('status', 'in', bad) | list | length > 0) }}
{% endmacro %}


{# Number of the build that is running. #}
{% macro current_build() -%}
    (select max(build_number) from staging.builds)
{%- endmacro %}


{# Rows the present build has written; in a full build all of them. #}
{% macro is_from_current_build() -%}
    build_number = {{ current_build() }}
{%- endmacro %}
