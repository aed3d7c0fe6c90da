{{ config(materialized='table') }}

{#
    Every name by which the catalogue knows a model, in the form in which spellings are compared. A form that fits
    several models tells none of them and is left out. One row per key.
#}

with names as (

    select
        alias as name,
        model_id
    from {{ ref('model_aliases') }}
    union
    select
        model_id as name,
        model_id
    from {{ ref('model_catalogue') }}
    union
    select
        regexp_replace(name, '\s*\(.*\)', '') as name,
        model_id
    from {{ ref('model_catalogue') }}

)

select
    {{ model_key('name') }} as key,
    min(model_id) as model_id
from names
where
    {{ model_key('name') }} <> ''
    -- the target is part of this name: without it another model is meant
    and not regexp_matches(name, '-99(\.9)?$')
group by 1
having count(distinct model_id) = 1
