{{ config(materialized='view') }}

with observed as (

    {{ environments_of_runs() }}

)

select
    -- ids
    measurements.comparability_id,
    measurements.metric,
    measurements.event_id,
    measurements.metric_position,
    measurements.model_id,
    measurements.hardware_id,

    -- whose, under which condition
    coalesce(conditions.model_id, conditions.test_name, results.subject) as subject,
    concat_ws(
        ' ',
        conditions.mode,
        conditions.phase,
        conditions.precision,
        'batch ' || conditions.batch_size,
        'length ' || conditions.sequence_length,
        conditions.image_size || ' px',
        conditions.compiler,
        conditions.runtime,
        nullif(array_to_string(map_values(conditions.condition), ' '), '')
    ) as configuration,

    -- numbers
    measurements.value,
    measurements.unit,
    metrics.direction,
    measurements.runtime_version,

    -- what it was taken for, and with
    results.run_id,
    results.batch_id,
    results.source_uri,
    {{ commit_of('results', 'observed.environment') }} as commit_id,
    coalesce(results.attributes['branch'], observed.environment.git_branch) as branch,
    {{ environment_of('results', 'observed.environment') }} as environment,

    -- timestamps
    measurements.occurred_at,
    measurements.committed_at,
    results.recorded_at
from {{ ref('fct_measurements') }} as measurements
inner join {{ ref('dim_metrics') }} as metrics
    on measurements.metric = metrics.metric and metrics.direction != 'none'
inner join {{ ref('fct_results') }} as results
    on measurements.event_id = results.event_id
inner join {{ ref('dim_conditions') }} as conditions
    on measurements.comparability_id = conditions.comparability_id
left join observed
    on results.run_id = observed.run_id
where
    measurements.status = 'ok'
    and measurements.basis = 'measured'
    and measurements.is_unit_known
