{#
    Each event once. The same event may stand in several files; the one recorded first stands for all. Events that are
    there once, nearly all of them, pass without being sorted.
#}
{% macro first_of_each_event(relation) -%}
    select * from {{ relation }}
    where event_id not in (select event_id from {{ relation }} group by event_id having count(*) > 1)

    union all

    select * from {{ relation }}
    where event_id in (select event_id from {{ relation }} group by event_id having count(*) > 1)
    qualify row_number() over (partition by event_id order by recorded_at, batch_id) = 1
{%- endmacro %}


{#
    Of the events in `relation`, each once, those that an incremental model keyed by event_id has to write: the unknown
    ones, and copies recorded before the one that is known. So the order in which files arrive leaves no trace.
#}
{% macro newly_recorded(relation) -%}
    with deduplicated as (

        {{ first_of_each_event(relation) }}

    )

    select deduplicated.*
    from deduplicated
    {% if is_incremental() %}
        left join {{ this }} as known
            on deduplicated.event_id = known.event_id
        where
            known.event_id is null
            or (deduplicated.recorded_at, deduplicated.batch_id) < (known.recorded_at, known.batch_id)
    {% endif %}
{%- endmacro %}
