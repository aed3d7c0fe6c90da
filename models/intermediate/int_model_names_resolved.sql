{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{# Every spelling of a model that was ever seen, and the model it means; one row per spelling. #}

with spellings as (

    select subject
    from {{ ref('stg_event_log__results') }}
    where subject_kind = 'model'
    union
    select subject
    from {{ ref('stg_event_log__model_profiles') }}

),

unseen as (

    select subject
    from spellings
    {% if is_incremental() %}
        where subject not in (select this.subject from {{ this }} as this)
    {% endif %}

),

ruled as (

    select
        unseen.subject,
        rules.architecture,
        rules.family,
        rules.modality
    from unseen
    inner join {{ ref('model_family_rules') }} as rules
        on regexp_matches(lower(unseen.subject), rules.pattern)
    qualify row_number() over (
        partition by unseen.subject order by rules.priority
    ) = 1

),

resolved as (

    select
        unseen.subject,
        coalesce(catalogue.model_id, unseen.subject) as model_id,
        catalogue.model_id is not null as is_catalogued,
        coalesce(catalogue.family, ruled.family) as family,
        coalesce(catalogue.modality, ruled.modality) as modality,
        coalesce(catalogue.architecture, ruled.architecture) as architecture
    from unseen
    left join {{ ref('model_aliases') }} as aliases
        on lower(unseen.subject) = aliases.alias
    left join {{ ref('model_catalogue') }} as catalogue
        on coalesce(aliases.model_id, lower(unseen.subject)) = catalogue.model_id
    left join ruled
        on unseen.subject = ruled.subject

)

select * from resolved
