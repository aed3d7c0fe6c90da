{{ config(materialized='table') }}

{#
    Every name by which the catalogue knows a device, in the form in which spellings are compared. A form that fits
    several devices tells none of them and is left out. One row per key.
#}

with names as (

    select
        alias as name,
        hardware_id
    from {{ ref('hardware_aliases') }}
    union
    select
        regexp_replace(name, '\s*\(.*\)', '') as name,
        hardware_id
    from {{ ref('hardware_catalogue') }}
    union
    select
        regexp_replace(replace(hardware_id, '-', ' '), '(\d+) core$', '\1 core gpu') as name,
        hardware_id
    from {{ ref('hardware_catalogue') }}

),

keyed as (

    select
        {{ words_key("string_split(words, ' ')") }} as key,
        min(hardware_id) as hardware_id
    from {{ with_hardware_words('names', 'name') }} as worded
    where words is not null
    group by 1
    having count(distinct hardware_id) = 1

)

select
    keyed.key,
    keyed.hardware_id,
    catalogue.kind,
    catalogue.memory_bytes
from keyed
inner join {{ ref('hardware_catalogue') }} as catalogue
    on keyed.hardware_id = catalogue.hardware_id
