{#
    What a result says of its cell: success, failure, or one of what is no evidence. A failure counts when its error
    class says something of the model and the device.
#}
{% macro compatibility_outcome(results, classes) -%}
    case
        when {{ results }}.basis = 'measured' and {{ results }}.status = 'ok' then 'success'
        when
            {{ results }}.basis = 'measured'
            and {{ results }}.status = 'failed'
            and coalesce({{ classes }}.is_compatibility_evidence, true)
            then 'failure'
        when {{ results }}.basis in ('simulated', 'suspect', 'estimated', 'predicted') then {{ results }}.basis
        else 'untested'
    end
{%- endmacro %}


{# The verdict on a cell, from how many results of each kind it has. Want of evidence is never called a failure. #}
{% macro compatibility_status(success, failure, simulated) -%}
    case
        when {{ success }} > 0 and {{ failure }} = 0 then 'verified'
        when {{ success }} > 0 then 'partial'
        when {{ failure }} > 0 then 'failed'
        when {{ simulated }} > 0 then 'simulated_only'
        else 'untested'
    end
{%- endmacro %}


{#
    Drops the changes of cells that new results, or new words on results, may have made untrue. What happened after a
    cell's last change and leaves its verdict as it is, nearly all that is new, touches none of them: counts only grow
    as long as nothing is retracted.
#}
{% macro forget_changes_of_cells() -%}
    {#- named before the condition, so that dbt knows of them when it reads the project -#}
    {%- set results = ref('int_results_identified') -%}
    {%- set cells = ref('int_compatibility_cells') -%}
    {%- set words = ref('int_retractions_deduplicated') -%}
    {%- set new_words = ref('stg_event_log__retractions') -%}
    {% if is_incremental() %}
        delete from {{ this }} where compatibility_id in (
            with latest as (
                select
                    compatibility_id,
                    max(changed_at) as changed_at,
                    arg_max(status, changed_at) as status
                from {{ this }}
                group by compatibility_id
            ),

            touched as (
                select
                    compatibility_id,
                    bool_or(event_id in (
                        select words.target_event_id
                        from {{ words }} as words
                    )) as is_spoken_of,
                    min(coalesce(occurred_at, recorded_at)) as first_seen_at
                from {{ results }}
                where
                    compatibility_id is not null
                    and (
                        {{ is_from_current_build() }}
                        or event_id in (select target_event_id from {{ new_words }})
                    )
                group by compatibility_id
            )

            select touched.compatibility_id
            from touched
            inner join latest on touched.compatibility_id = latest.compatibility_id
            left join {{ cells }} as cells
                on touched.compatibility_id = cells.compatibility_id
            where
                touched.is_spoken_of
                or touched.first_seen_at <= latest.changed_at
                or latest.status != coalesce(cells.status, 'untested')
        )
    {% else %}
        select 1
    {% endif %}
{%- endmacro %}
