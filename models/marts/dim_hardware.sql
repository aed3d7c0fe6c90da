{{ config(materialized='table') }}

with names as (

    select
        spellings.hardware_id,
        bool_or(spellings.is_resolved) as is_resolved,
        min(kinds.device_kind) as device_kind,
        list_sort(list(distinct spellings.device)) as spellings
    from {{ ref('int_hardware_names_resolved') }} as spellings
    left join {{ ref('int_device_kinds_stated') }} as kinds
        on spellings.device = kinds.device
    where spellings.hardware_id is not null
    group by spellings.hardware_id

),

described as (

    select
        coalesce(catalogue.hardware_id, names.hardware_id) as hardware_id,
        coalesce(catalogue.name, names.spellings[1]) as hardware_name,
        catalogue.vendor,
        catalogue.kind,
        coalesce(catalogue.device_kind, names.device_kind) as device_kind,
        catalogue.hardware_id is not null as is_catalogued,
        names.hardware_id is not null as has_results,
        coalesce(names.spellings, []) as spellings,
        catalogue.memory_bytes,
        catalogue.memory_bandwidth_bytes_per_second,
        catalogue.fp32_flops,
        catalogue.tf32_flops,
        catalogue.fp16_flops,
        catalogue.bf16_flops,
        catalogue.fp8_flops,
        catalogue.int8_ops,
        catalogue.interconnect,
        catalogue.interconnect_bytes_per_second,
        catalogue.tdp_watts,
        catalogue.year,
        catalogue.source,
        catalogue.confidence
    from {{ ref('hardware_catalogue') }} as catalogue
    full outer join names
        on catalogue.hardware_id = names.hardware_id

)

select * from described
