{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{#
    Every spelling of a model that was ever seen, and the model it means; one row per spelling. First the spelling is
    looked up as it stands, then by its key; what no name of the catalogue fits gets its architecture from the rules.
#}

with spellings as (

    select subject
    from {{ ref('stg_event_log__results') }}
    where subject_kind = 'model'
    union
    select subject
    from {{ ref('stg_event_log__model_profiles') }}

),

unseen as (

    select
        subject,
        {{ model_stem('subject') }} as stem,
        {{ model_key('subject') }} as key
    from spellings
    {% if is_incremental() %}
        where subject not in (select this.subject from {{ this }} as this)
    {% endif %}

),

rules as (

    select list(struct_pack(pattern, architecture, family, modality) order by priority) as listed
    from {{ ref('model_family_rules') }}

),

named as (

    select list(subject) as subjects
    from unseen

),

matched as (

    select
        unnest(named.subjects) as subject,
        unnest(
            benchmart_first_matches(
                list_transform(named.subjects, lambda subject: lower(subject)),
                list_transform(rules.listed, lambda rule: rule.pattern)
            )
        ) as place
    from named
    cross join rules

),

ruled as (

    select
        matched.subject,
        rules.listed[matched.place].architecture as architecture,
        rules.listed[matched.place].family as family,
        rules.listed[matched.place].modality as modality
    from matched
    cross join rules

),

looked_up as (

    select
        unseen.subject,
        coalesce(aliases.model_id, own_id.model_id, known.model_id) as model_id
    from unseen
    left join {{ ref('model_aliases') }} as aliases
        on lower(unseen.subject) = aliases.alias
    left join {{ ref('model_catalogue') }} as own_id
        on lower(unseen.subject) = own_id.model_id
    left join {{ ref('int_model_names_known') }} as known
        on
            unseen.key = known.key
            -- timm names designs this way, which are not the published models whose names are spelled alike
            and not regexp_matches(unseen.subject, '^[a-z0-9]+(_[a-z0-9.]+)+$')

),

resolved as (

    select
        unseen.subject,
        coalesce(catalogue.model_id, nullif(unseen.stem, ''), unseen.subject) as model_id,
        catalogue.model_id is not null as is_catalogued,
        coalesce(catalogue.family, ruled.family) as family,
        coalesce(catalogue.modality, ruled.modality) as modality,
        coalesce(catalogue.architecture, ruled.architecture) as architecture
    from unseen
    inner join looked_up
        on unseen.subject = looked_up.subject
    left join {{ ref('model_catalogue') }} as catalogue
        on looked_up.model_id = catalogue.model_id
    left join ruled
        on unseen.subject = ruled.subject

)

select * from resolved
