{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{#
    Every spelling of a device that was ever seen, and the device it means; one row per spelling. First the spelling is
    looked up as it stands, then its words, then the words without the size of memory (which must be that of the
    device), then without one or two words before them (a seller, a host). What names a kind of device only, means none.
#}

with spellings as (

    select device from {{ ref('stg_event_log__results') }}
    union
    select device from {{ ref('stg_event_log__hardware') }}

),

unseen as (

    select
        device,
        {{ is_device_kind('device') }} as is_kind_only,
        {{ stated_device_count('device') }} as device_count_stated,
        words
    from {{ with_hardware_words('spellings', 'device') }} as spellings
    where device is not null
    {% if is_incremental() %}
        and device not in (select this.device from {{ this }} as this)
    {% endif %}

),

shortened as (

    select
        unseen.device,
        lead.dropped,
        {{ stated_memory_bytes('unseen.words') }} as memory_bytes,
        list_slice(string_split(unseen.words, ' '), 1, lead.dropped) as lead_words,
        list_slice(string_split(unseen.words, ' '), 1 + lead.dropped, -1) as kept
    from unseen
    cross join (values (0), (1), (2)) as lead (dropped)
    where not unseen.is_kind_only

),

keyed as (

    select
        device,
        dropped,
        memory_bytes,
        lead_words,
        {{ words_key('kept') }} as key,
        {{ words_key("list_filter(kept, lambda word: not regexp_matches(word, '^[0-9.]+gb$'))") }}
            as key_without_memory
    from shortened
    where
        dropped = 0
        -- a single word after a name that is not known may be anything
        or (len(kept) > 1 and not {{ is_part_of_a_device("array_to_string(lead_words, ' ')") }})

),

looked_up as (

    select
        keyed.device,
        known.hardware_id
    from keyed
    inner join {{ ref('int_hardware_names_known') }} as known
        on
            keyed.key = known.key
            or (
                keyed.key_without_memory = known.key
                and (
                    known.memory_bytes is null
                    or (known.kind = 'apu' and keyed.memory_bytes <= known.memory_bytes)
                    or abs(keyed.memory_bytes / known.memory_bytes - 1) < 0.1
                )
            )
    -- what follows the name of another device is not to be understood
    where
        not list_has_any(
            keyed.lead_words, (select list(names.key) from {{ ref('int_hardware_names_known') }} as names)
        )
    qualify row_number() over (
        partition by keyed.device
        order by keyed.dropped, keyed.key = known.key desc
    ) = 1

),

resolved as (

    select
        unseen.device,
        case
            when not unseen.is_kind_only
                then
                    coalesce(
                        aliases.hardware_id,
                        looked_up.hardware_id,
                        case
                            when {{ is_processor_model('unseen.words') }} then replace(unseen.words, ' ', '-')
                        end,
                        nullif(replace({{ lookup_name('unseen.device') }}, ' ', '-'), ''),
                        unseen.device
                    )
        end as hardware_id,
        not unseen.is_kind_only
        and (
            coalesce(aliases.hardware_id, looked_up.hardware_id) is not null
            or coalesce({{ is_processor_model('unseen.words') }}, false)
        ) as is_resolved,
        unseen.is_kind_only,
        unseen.device_count_stated
    from unseen
    left join {{ ref('hardware_aliases') }} as aliases
        on {{ lookup_name('unseen.device') }} = aliases.alias
    left join looked_up
        on unseen.device = looked_up.device

)

select * from resolved
