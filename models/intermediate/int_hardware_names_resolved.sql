{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{# Every spelling of a device that was ever seen, and the device it means; one row per spelling. #}

with spellings as (

    select device from {{ ref('stg_event_log__results') }}
    union
    select device from {{ ref('stg_event_log__hardware') }}

),

unseen as (

    select device
    from spellings
    where device is not null
    {% if is_incremental() %}
        and device not in (select this.device from {{ this }} as this)
    {% endif %}

),

resolved as (

    select
        unseen.device,
        coalesce(
            aliases.hardware_id,
            nullif(replace({{ lookup_name('unseen.device') }}, ' ', '-'), ''),
            unseen.device
        ) as hardware_id,
        aliases.hardware_id is not null as is_resolved
    from unseen
    left join {{ ref('hardware_aliases') }} as aliases
        on {{ lookup_name('unseen.device') }} = aliases.alias

)

select * from resolved
