{{ config(materialized='table') }}

with hardware as (

    select
        'hardware' as name_kind,
        device as name,
        hardware_id as used_id
    from {{ ref('int_hardware_names_resolved') }}
    where not is_resolved

),

models as (

    select
        'model' as name_kind,
        subject as name,
        model_id as used_id
    from {{ ref('int_model_names_resolved') }}
    where not is_catalogued and family is null

)

select * from hardware
union all
select * from models
