{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('compatibility_id', ref('int_keys_touched')) }}",
    )
}}

{#
    What the results say of a model on a device under a runtime, in a mode and a precision. Only what was measured is
    evidence; a failure counts when its error class says something of the model and the device.
#}

with results as (

    select
        results.compatibility_id,
        results.model_id,
        results.hardware_id,
        results.device_kind,
        results.runtime,
        results.mode,
        results.precision,
        results.status,
        results.basis,
        results.error_class,
        coalesce(results.occurred_at, results.recorded_at) as seen_at,
        {{ compatibility_outcome('results', 'classes') }} as outcome,
        outcome = 'success' as is_success,
        outcome = 'failure' as is_failure
    from {{ ref('fct_results') }} as results
    left join {{ ref('error_classes') }} as classes
        on results.error_class = classes.error_class
    where
        results.compatibility_id is not null
        and {{ is_a_run_of_its_own('results') }}
    {% if is_incremental() %}
        and results.compatibility_id in (
            select touched.compatibility_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}

),

cells as (

    select
        compatibility_id,
        any_value(model_id) as model_id,
        any_value(hardware_id) as hardware_id,
        any_value(device_kind) as device_kind,
        any_value(runtime) as runtime,
        any_value(mode) as mode,
        any_value(precision) as precision,
        count(*) filter (where is_success) as success_count,
        count(*) filter (where is_failure) as failure_count,
        count(*) filter (where status in ('untested', 'skipped')) as untested_count,
        count(*) filter (where basis = 'simulated') as simulated_count,
        count(*) filter (where basis = 'suspect') as suspect_count,
        count(*) filter (where basis = 'estimated') as estimated_count,
        count(*) filter (where basis = 'predicted') as predicted_count,
        min(seen_at) filter (where is_success or is_failure) as first_seen_at,
        max(seen_at) filter (where is_success or is_failure) as last_seen_at,
        max(seen_at) filter (where is_success) as last_success_at,
        max(seen_at) filter (where is_failure) as last_failure_at
    from results
    group by compatibility_id

),

errors as (

    select
        results.compatibility_id,
        results.error_class,
        bool_or(results.is_failure) as is_failure,
        count(*) as result_count
    from results
    inner join cells
        on results.compatibility_id = cells.compatibility_id
    where
        results.error_class is not null
        -- an error that was only simulated or is doubtful says nothing beside evidence
        and (results.basis in ('measured', 'untested') or cells.success_count + cells.failure_count = 0)
    group by results.compatibility_id, results.error_class

),

main_error as (

    select
        compatibility_id,
        error_class
    from errors
    qualify row_number() over (
        partition by compatibility_id order by is_failure desc, result_count desc, error_class asc
    ) = 1

)

select
    cells.*,
    main_error.error_class,
    {{ compatibility_status(
        'cells.success_count', 'cells.failure_count', 'cells.simulated_count'
    ) }} as status,
    case
        when cells.success_count + cells.failure_count > 0 then 'measured'
        when cells.simulated_count > 0 then 'simulated'
        when cells.suspect_count > 0 then 'suspect'
        when cells.estimated_count > 0 then 'estimated'
        when cells.predicted_count > 0 then 'predicted'
        else 'untested'
    end as basis
from cells
left join main_error
    on cells.compatibility_id = main_error.compatibility_id
