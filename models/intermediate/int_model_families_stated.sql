{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{# What sources say a model's family is; one row per spelling and family. #}

with stated as (

    select distinct
        subject,
        source_family
    from {{ ref('stg_event_log__results') }}
    where subject_kind = 'model' and source_family is not null

)

select * from stated
{% if is_incremental() %}
    except
    select * from {{ this }}
{% endif %}
