{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{# Through what software sources say a device was reached; one row per spelling and kind. #}

with stated as (

    select
        device,
        device_kind
    from {{ ref('stg_event_log__results') }}
    where device is not null and device_kind is not null
    union
    select
        device,
        device_kind
    from {{ ref('stg_event_log__hardware') }}

)

select * from stated
{% if is_incremental() %}
    except
    select * from {{ this }}
{% endif %}
