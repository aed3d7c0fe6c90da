-- depends_on: {{ ref('int_keys_touched') }}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_changes_of_cells() }}",
    )
}}

{#
    How the verdict on each cell came to be. A result counts from when it happened, and no longer from when it was
    retracted. What happened at the same moment is one change. In a build that adds, only the cells that
    `forget_changes_of_cells` left none of are worked out.
#}

with results as (

    select
        results.compatibility_id,
        results.event_id,
        coalesce(results.occurred_at, results.recorded_at) as moment,
        {{ compatibility_outcome('results', 'classes') }} as outcome
    from {{ ref('int_results_identified') }} as results
    left join {{ ref('error_classes') }} as classes
        on results.error_class = classes.error_class
    where
        results.compatibility_id is not null
        and {{ is_a_run_of_its_own('results') }}
    {% if is_incremental() %}
        and results.compatibility_id in (
            select touched.compatibility_id from {{ ref('int_keys_touched') }} as touched
        )
        and results.compatibility_id not in (select this.compatibility_id from {{ this }} as this)
    {% endif %}

),

words as (

    select
        event_id,
        batch_id,
        target_event_id,
        recorded_at,
        action = 'retract' as is_retracted
    from {{ ref('int_retractions_deduplicated') }}
    where target_event_id is not null
    -- only what the word before has not said already
    qualify is_retracted != lag(is_retracted, 1, false) over (
        partition by target_event_id order by recorded_at, event_id
    )

),

spoken as (

    select
        results.compatibility_id,
        results.event_id,
        words.event_id as word_id,
        greatest(results.moment, words.recorded_at) as moment,
        results.outcome,
        if(words.is_retracted, -1, 1) as added
    from words
    inner join results
        on words.target_event_id = results.event_id

),

first_moments as (

    select
        compatibility_id,
        outcome,
        min(moment) as moment
    from results
    group by compatibility_id, outcome

),

-- Counts only grow in a cell of which nothing is retracted: no verdict changes after each outcome was seen once.
horizons as (

    select
        compatibility_id,
        max(
            case
                when compatibility_id in (select spoken.compatibility_id from spoken)
                    then timestamptz 'infinity'
                else moment
            end
        ) as moment
    from first_moments
    group by compatibility_id

),

additions as (

    select
        results.compatibility_id,
        results.event_id,
        null as word_id,
        results.moment,
        results.outcome,
        1 as added
    from results
    inner join horizons
        on
            results.compatibility_id = horizons.compatibility_id
            and results.moment <= horizons.moment
    union all
    select
        compatibility_id,
        event_id,
        word_id,
        moment,
        outcome,
        added
    from spoken

),

moments as (

    select
        compatibility_id,
        moment,
        coalesce(sum(added) filter (where outcome = 'success'), 0) as success_added,
        coalesce(sum(added) filter (where outcome = 'failure'), 0) as failure_added,
        coalesce(sum(added) filter (where outcome = 'simulated'), 0) as simulated_added,
        coalesce(sum(added) filter (where outcome = 'suspect'), 0) as suspect_added,
        coalesce(sum(added) filter (where outcome = 'estimated'), 0) as estimated_added,
        coalesce(sum(added) filter (where outcome = 'predicted'), 0) as predicted_added
    from additions
    group by compatibility_id, moment

),

totals as (

    select
        *,
        cast(sum(success_added) over so_far as bigint) as success_count,
        cast(sum(failure_added) over so_far as bigint) as failure_count,
        cast(sum(simulated_added) over so_far as bigint) as simulated_count,
        cast(sum(suspect_added) over so_far as bigint) as suspect_count,
        cast(sum(estimated_added) over so_far as bigint) as estimated_count,
        cast(sum(predicted_added) over so_far as bigint) as predicted_count
    from moments
    window so_far as (partition by compatibility_id order by moment)

),

verdicts as (

    select
        *,
        {{ compatibility_status('success_count', 'failure_count', 'simulated_count') }} as status
    from totals

),

changes as (

    select
        *,
        lag(status) over (partition by compatibility_id order by moment) as previous_status
    from verdicts
    qualify previous_status is distinct from status

),

-- The outcome that came, or went, with the change, and by how many.
turned as (

    select
        *,
        case
            when (failure_count > 0) != (failure_count - failure_added > 0) then 'failure'
            when (success_count > 0) != (success_count - success_added > 0) then 'success'
            when (simulated_count > 0) != (simulated_count - simulated_added > 0) then 'simulated'
        end as outcome,
        case outcome
            when 'failure' then failure_added
            when 'success' then success_added
            else simulated_added
        end as gain
    from changes

),

causes as (

    select
        turned.compatibility_id,
        turned.moment,
        arg_min(
            struct_pack(event_id := additions.event_id, word_id := additions.word_id),
            coalesce(additions.word_id, additions.event_id)
        ) as cause
    from turned
    inner join additions
        on
            turned.compatibility_id = additions.compatibility_id
            and turned.moment = additions.moment
            and (
                turned.outcome is null
                or (turned.outcome = additions.outcome and additions.added * turned.gain > 0)
            )
    group by turned.compatibility_id, turned.moment

)

select
    turned.compatibility_id,
    turned.moment as changed_at,
    origins.model_id,
    origins.hardware_id,
    origins.device_kind,
    origins.runtime,
    origins.mode,
    origins.precision,
    turned.status,
    turned.previous_status,
    turned.success_count,
    turned.failure_count,
    turned.simulated_count,
    turned.suspect_count,
    turned.estimated_count,
    turned.predicted_count,
    coalesce(words.event_id, origins.event_id) as event_id,
    case when words.event_id is null then 'result_recorded' else 'result_retracted' end as event_kind,
    coalesce(words.batch_id, origins.batch_id) as batch_id,
    origins.event_id as result_event_id,
    case when turned.outcome = 'failure' then origins.error_class end as error_class
from turned
inner join causes
    on
        turned.compatibility_id = causes.compatibility_id
        and turned.moment = causes.moment
inner join {{ ref('int_results_identified') }} as origins
    on causes.cause.event_id = origins.event_id
left join words
    on causes.cause.word_id = words.event_id
