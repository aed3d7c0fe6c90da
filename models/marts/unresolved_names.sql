{{ config(materialized='table') }}

{# Suggestions are looked for among the names of the same kind; only what is not resolved is compared with them. #}

{% set kinds = [
    {
        'name': 'hardware',
        'spellings': ref('int_hardware_names_resolved'),
        'spelling': 'device',
        'id': 'hardware_id',
        'is_unresolved': 'not is_resolved and not is_kind_only',
        'is_used': 'device is not null',
        'known': [[ref('hardware_aliases'), 'alias'], [ref('hardware_catalogue'), 'name']],
    },
    {
        'name': 'model',
        'spellings': ref('int_model_names_resolved'),
        'spelling': 'subject',
        'id': 'model_id',
        'is_unresolved': 'not is_catalogued and architecture is null',
        'is_used': "subject_kind = 'model'",
        'known': [[ref('model_aliases'), 'alias'], [ref('model_catalogue'), 'model_id']],
    },
] %}

with names as (

    {% for kind in kinds %}
    {{ "union all" if not loop.first }}
    select
        '{{ kind.name }}' as name_kind,
        {{ kind.spelling }} as name,
        {{ kind.id }} as used_id,
        {{ lookup_name(kind.spelling) }} as compared
    from {{ kind.spellings }}
    where {{ kind.is_unresolved }}
    {% endfor %}

),

uses as (

    {% for kind in kinds %}
    {{ "union all" if not loop.first }}
    select
        '{{ kind.name }}' as name_kind,
        {{ kind.spelling }} as name,
        count(*) as result_count,
        min(coalesce(occurred_at, recorded_at)) as first_seen_at,
        max(coalesce(occurred_at, recorded_at)) as last_seen_at
    from {{ ref('fct_results') }}
    where
        {{ kind.is_used }}
        and {{ kind.spelling }} in (
            select names.name from names
            where names.name_kind = '{{ kind.name }}'
        )
    group by {{ kind.spelling }}
    {% endfor %}

),

known as (

    {% for kind in kinds %}
    {% set is_first_kind = loop.first %}
    {% for relation, column in kind.known %}
    {{ "union" if not (is_first_kind and loop.first) }}
    select
        '{{ kind.name }}' as name_kind,
        {{ lookup_name(column) }} as known_name,
        {{ kind.id }} as known_id
    from {{ relation }}
    {% endfor %}
    {% endfor %}

),

{# Architectures that were searched for have thousands of names, all without meaning: nobody reads that many guesses. #}
most_used as (

    select names.*
    from names
    left join uses
        on names.name_kind = uses.name_kind and names.name = uses.name
    qualify row_number() over (
        partition by names.name_kind
        order by uses.result_count desc nulls last, names.name asc
    ) <= 1000

),

compared as (

    select
        most_used.name_kind,
        most_used.name,
        known.known_id,
        -- a longer name of the same words is more like it than any other
        max(
            jaro_winkler_similarity(most_used.compared, known.known_name)
            + cast(
                list_has_all(string_split(known.known_name, ' '), string_split(most_used.compared, ' '))
                as integer
            )
        ) as similarity
    from most_used
    inner join known
        on most_used.name_kind = known.name_kind
    group by most_used.name_kind, most_used.name, known.known_id

),

suggested as (

    select
        name_kind,
        name,
        list(known_id order by similarity desc, known_id asc)[:3] as suggestions
    from compared
    where similarity >= 0.75
    group by name_kind, name

)

select
    names.name_kind,
    names.name,
    names.used_id,
    coalesce(uses.result_count, 0) as result_count,
    uses.first_seen_at,
    uses.last_seen_at,
    coalesce(suggested.suggestions, []) as suggestions
from names
left join uses
    on names.name_kind = uses.name_kind and names.name = uses.name
left join suggested
    on names.name_kind = suggested.name_kind and names.name = suggested.name
order by result_count desc, names.name_kind asc, names.name asc
