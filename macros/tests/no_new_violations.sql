{#
    No result breaks a rule of severity `error` without somebody having let it stand. Asked of what was recorded since
    the moment in BENCHMART_VIOLATIONS_SINCE; without one, of what this build is the first to see.
#}
{% test no_new_violations(model, seen) %}
    {% set since = env_var('BENCHMART_VIOLATIONS_SINCE', '') %}
    select *
    from {{ model }}
    where
        severity = 'error'
        and not is_acknowledged
        {% if since %}
        and first_seen_at >= timestamptz {{ sql_text(since) }}
        {% else %}
        and event_id in (select seen.event_id from {{ seen }} as seen where seen.{{ is_from_current_build() }})
        {% endif %}
{% endtest %}
