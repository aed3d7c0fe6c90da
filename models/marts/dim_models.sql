{{ config(materialized='table') }}

with stated as (

    select
        subject,
        min(source_family) as source_family
    from {{ ref('int_model_families_stated') }}
    group by subject

),

names as (

    select
        spellings.model_id,
        bool_or(spellings.is_catalogued) as is_catalogued,
        min(spellings.family) as ruled_family,
        min(spellings.modality) as modality,
        min(spellings.architecture) as architecture,
        min(stated.source_family) as source_family,
        list_sort(list(spellings.subject)) as spellings
    from {{ ref('int_model_names_resolved') }} as spellings
    left join stated
        on spellings.subject = stated.subject
    group by spellings.model_id

),

described as (

    select
        coalesce(catalogue.model_id, names.model_id) as model_id,
        coalesce(catalogue.name, names.model_id) as model_name,
        coalesce(catalogue.family, names.ruled_family, names.source_family) as family,
        coalesce(catalogue.modality, names.modality) as modality,
        coalesce(catalogue.architecture, names.architecture) as architecture,
        catalogue.parameter_count,
        catalogue.model_id is not null as is_catalogued,
        names.model_id is not null as has_results,
        coalesce(names.spellings, []) as spellings
    from {{ ref('model_catalogue') }} as catalogue
    full outer join names
        on catalogue.model_id = names.model_id

)

select * from described
