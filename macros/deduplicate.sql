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
    Of the events that arrived, those to be written: the unknown ones, and copies recorded before the one that is
    known. So the order in which files arrive leaves no trace.
#}
{% macro unknown_or_earlier(arrived) -%}
    select arrived.*
    from {{ arrived }} as arrived
    {% if is_incremental() %}
        left join {{ this }} as known
            on arrived.event_id = known.event_id
        where
            known.event_id is null
            or (arrived.recorded_at, arrived.batch_id) < (known.recorded_at, known.batch_id)
    {% endif %}
{%- endmacro %}
