{{ config(materialized='table') }}

{#
    A name may be that of several ids once case and punctuation are gone; the priority says which is meant first: an id
    means itself, then come names for people, what sources wrote, and other names of the catalogue.
#}

{% set kinds = [
    {
        'name': 'hardware',
        'dimension': ref('dim_hardware'),
        'id': 'hardware_id',
        'label': 'hardware_name',
        'aliases': ref('hardware_aliases'),
    },
    {
        'name': 'model',
        'dimension': ref('dim_models'),
        'id': 'model_id',
        'label': 'model_name',
        'aliases': ref('model_aliases'),
    },
] %}

with names as (

    {% for kind in kinds %}
    {{ "union all" if not loop.first }}
    {% for column in [kind.id, kind.label] %}
    select
        '{{ kind.name }}' as name_kind,
        {{ kind.id }} as known_id,
        {{ column }} as name,
        {{ loop.index }} as priority
    from {{ kind.dimension }}
    where has_results
    union all
    {% endfor %}
    select
        '{{ kind.name }}' as name_kind,
        {{ kind.id }} as known_id,
        unnest(spellings) as name,
        3 as priority
    from {{ kind.dimension }}
    where has_results
    union all
    select
        '{{ kind.name }}' as name_kind,
        dimension.{{ kind.id }} as known_id,
        aliases.alias as name,
        4 as priority
    from {{ kind.dimension }} as dimension
    inner join {{ kind.aliases }} as aliases
        on dimension.{{ kind.id }} = aliases.{{ kind.id }}
    where dimension.has_results
    {% endfor %}

),

keyed as (

    select
        name_kind,
        regexp_replace(lower(name), '[^\p{L}\p{N}]', '', 'g') as name_key,
        known_id,
        name,
        priority
    from names
    where name is not null

)

select
    name_kind,
    name_key,
    known_id,
    arg_min(name, priority) as name,
    min(priority) as priority
from keyed
group by name_kind, name_key, known_id
order by name_kind, name_key, priority, known_id
