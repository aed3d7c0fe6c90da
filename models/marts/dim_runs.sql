{{ config(materialized='view') }}

with environments as (

    select *
    from {{ ref('environment_observations') }}
    where run_id is not null
    -- a run that was resumed has one for each start
    qualify row_number() over (
        partition by run_id order by occurred_at desc, recorded_at desc, event_id desc
    ) = 1

),

runs as (

    select
        coalesce(results.run_id, environments.run_id) as run_id,
        coalesce(results.collector, 'runner') as collector,
        results.source_uri,
        coalesce(results.result_count, 0) as result_count,
        coalesce(results.ok_count, 0) as ok_count,
        coalesce(results.failed_count, 0) as failed_count,
        coalesce(results.not_measured_count, 0) as not_measured_count,
        environments.machine_id,
        environments.python_version,
        environments.os_name,
        environments.os_version,
        environments.container,
        environments.git_commit,
        environments.git_branch,
        environments.git_is_dirty,
        environments.packages,
        coalesce(results.first_occurred_at, environments.occurred_at) as first_occurred_at,
        results.last_occurred_at,
        coalesce(results.first_recorded_at, environments.recorded_at) as first_recorded_at,
        coalesce(results.last_recorded_at, environments.recorded_at) as last_recorded_at
    from {{ ref('int_results_by_run') }} as results
    full outer join environments
        on results.run_id = environments.run_id

)

select * from runs
