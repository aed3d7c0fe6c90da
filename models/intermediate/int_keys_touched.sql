{{ config(materialized='table') }}

{#
    What this build has to work out anew: the keys of results that arrived, of results that something was said of, and of
    results of runs that something was learned of.
    A build from scratch works out everything and does not ask.
#}

with results as (

    select *
    from {{ ref('int_results_identified') }}
    where
        (
            {{ is_from_current_build() }}
            or event_id in (select target_event_id from {{ ref('stg_event_log__retractions') }})
            -- what is learned of a run's machine and system says in which environment its results were measured
            or run_id in (select run_id from {{ ref('stg_event_log__environments') }})
        )
        and exists (
            select 1
            from staging.builds
            where finished_at is not null
        )

)

select distinct
    workload_id,
    comparability_id,
    compatibility_id,
    run_id
from results
