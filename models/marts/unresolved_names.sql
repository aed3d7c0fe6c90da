{{ config(materialized='table') }}

{# Suggestions are looked for among the names of the same kind; only what is not resolved is compared with them. #}

with names as (

    select
        'hardware' as name_kind,
        device as name,
        hardware_id as used_id,
        {{ lookup_name('device') }} as compared
    from {{ ref('int_hardware_names_resolved') }}
    where not is_resolved and not is_kind_only

    union all

    select
        'model' as name_kind,
        subject as name,
        model_id as used_id,
        {{ lookup_name('subject') }} as compared
    from {{ ref('int_model_names_resolved') }}
    where not is_catalogued and architecture is null

),

uses as (

    select
        'hardware' as name_kind,
        device as name,
        count(*) as result_count,
        min(coalesce(occurred_at, recorded_at)) as first_seen_at,
        max(coalesce(occurred_at, recorded_at)) as last_seen_at
    from {{ ref('fct_results') }}
    where device is not null
    group by device

    union all

    select
        'model' as name_kind,
        subject as name,
        count(*) as result_count,
        min(coalesce(occurred_at, recorded_at)) as first_seen_at,
        max(coalesce(occurred_at, recorded_at)) as last_seen_at
    from {{ ref('fct_results') }}
    where subject_kind = 'model'
    group by subject

),

known as (

    select
        'hardware' as name_kind,
        alias as known_name,
        hardware_id as known_id
    from {{ ref('hardware_aliases') }}

    union

    select
        'hardware' as name_kind,
        {{ lookup_name('name') }} as known_name,
        hardware_id as known_id
    from {{ ref('hardware_catalogue') }}

    union

    select
        'model' as name_kind,
        {{ lookup_name('alias') }} as known_name,
        model_id as known_id
    from {{ ref('model_aliases') }}

    union

    select
        'model' as name_kind,
        {{ lookup_name('model_id') }} as known_name,
        model_id as known_id
    from {{ ref('model_catalogue') }}

),

compared as (

    select
        names.name_kind,
        names.name,
        known.known_id,
        -- a longer name of the same words is more like it than any other
        max(
            jaro_winkler_similarity(names.compared, known.known_name)
            + cast(
                list_has_all(string_split(known.known_name, ' '), string_split(names.compared, ' '))
                as integer
            )
        ) as similarity
    from names
    inner join known
        on names.name_kind = known.name_kind
    group by names.name_kind, names.name, known.known_id

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
