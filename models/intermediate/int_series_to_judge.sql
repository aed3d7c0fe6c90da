{{ config(materialized='table') }}

{#
    The series that this build has to judge, each with its points in order: those that were touched, in a build from scratch
    all. A series of fewer points than any detector judges, which most are, is left out before anything is put in order.
    Runs of one commit, version, environment and hour, one after the other, are a session: its first run does not continue one.
    Points of which neither time nor version is told stand in no order at all, and are left out: where they seem to change,
    nothing did.
#}

with asked as (

    select
        series_id,
        comparability_id,
        metric,
        direction
    from {{ ref('series') }}
    where
        point_count >= {{ fewest_points_judged() }}
        and (
            comparability_id in (
                select touched.comparability_id from {{ ref('int_keys_touched') }} as touched
            )
            or not exists (
                select 1
                from staging.builds
                where finished_at is not null
            )
        )

),

observed as (

    {{ environments_of_runs() }}

),

placed as (

    select
        asked.series_id,
        asked.comparability_id,
        asked.metric,
        asked.direction,
        measurements.event_id,
        measurements.metric_position,
        measurements.value,
        measurements.runtime_version,
        {{ commit_of('results', 'observed.environment') }} as commit_id,
        {{ environment_of('results', 'observed.environment') }} as environment,
        measurements.occurred_at,
        measurements.committed_at,
        measurements.committed_at is not null
        or measurements.occurred_at is not null
        or {{ version_order('measurements.runtime_version') }} is not null as is_placed,
        row_number() over in_order as point_number,
        lag(measurements.occurred_at) over in_order as previous_occurred_at,
        lag({{ commit_of('results', 'observed.environment') }}) over in_order as previous_commit_id,
        lag(measurements.runtime_version) over in_order as previous_runtime_version,
        lag({{ environment_of('results', 'observed.environment') }}) over in_order as previous_environment
    from asked
    inner join {{ ref('fct_measurements') }} as measurements
        on
            asked.comparability_id = measurements.comparability_id
            and asked.metric = measurements.metric
    inner join {{ ref('int_results_identified') }} as results
        on
            measurements.event_id = results.event_id
            and measurements.comparability_id = results.comparability_id
    left join observed
        on results.run_id = observed.run_id
    where
        measurements.status = 'ok'
        and measurements.basis = 'measured'
        and measurements.is_unit_known
    window
        in_order as (
            partition by asked.series_id
            order by
                {{ place_in_series('measurements', version_order('measurements.runtime_version')) }}
        )

),

points as (

    select
        *,
        coalesce(occurred_at - previous_occurred_at < interval 1 hour, false)
        and (commit_id is not distinct from previous_commit_id)
        and (runtime_version is not distinct from previous_runtime_version)
        and (environment is not distinct from previous_environment) as continues_session
    from placed

)

select
    series_id,
    comparability_id,
    metric,
    any_value(direction) as direction,
    list(value order by point_number) as point_values,
    list(environment order by point_number) as environments,
    list(continues_session order by point_number) as continue_sessions,
    list(
        struct_pack(
            event_id := event_id,
            metric_position := metric_position,
            point_number := point_number,
            value := value,
            runtime_version := runtime_version,
            commit_id := commit_id,
            environment := environment,
            occurred_at := occurred_at,
            committed_at := committed_at
        )
        order by point_number
    ) as points
from points
where is_placed
group by series_id, comparability_id, metric
having count(*) >= {{ fewest_points_judged() }}
