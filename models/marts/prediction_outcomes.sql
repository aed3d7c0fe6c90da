{{ config(materialized='view') }}

{# What a prediction leaves open may be anything in the measurement; what it states has to be the same. A prediction that
   belongs to one try of a run is held against that try alone. #}

with of_condition as (

    select
        predictions.event_id as prediction_id,
        predictions.metric as predicted_metric,
        results.*
    from {{ ref('predictions') }} as predictions
    inner join {{ ref('fct_results') }} as results
        on
            predictions.model_id = results.model_id
            and predictions.hardware_id = results.hardware_id
            and predictions.mode = results.mode
            and predictions.precision = results.precision
            and predictions.batch_size = results.batch_size
            and coalesce(predictions.device_count, 1) = coalesce(results.device_count, 1)
            and coalesce(predictions.image_size = results.image_size, predictions.image_size is null)
            and coalesce(
                predictions.sequence_length = results.sequence_length, predictions.sequence_length is null
            )
            and coalesce(predictions.runtime = results.runtime, predictions.runtime is null)
            and coalesce(
                predictions.runtime_version = results.runtime_version, predictions.runtime_version is null
            )
            and coalesce(predictions.compiler = results.compiler, predictions.compiler is null)
            and coalesce(predictions.memory_format = results.memory_format, predictions.memory_format is null)
            and predictions.issued_at < results.recorded_at
    where predictions.source_locator is null

),

of_try as (

    select
        predictions.event_id as prediction_id,
        predictions.metric as predicted_metric,
        results.*
    from {{ ref('predictions') }} as predictions
    inner join {{ ref('fct_results') }} as results
        on
            predictions.run_id = results.run_id
            and predictions.source_locator = results.source_locator
            and predictions.issued_at < results.recorded_at

),

measured as (

    select
        results.prediction_id,
        results.event_id as measured_event_id,
        results.model_id,
        results.hardware_id,
        measurements.value as measured_value,
        results.recorded_at as measured_at
    from (
        select * from of_condition
        union all
        select * from of_try
    ) as results
    inner join {{ ref('fct_measurements') }} as measurements
        on
            results.event_id = measurements.event_id
            and results.predicted_metric = measurements.metric
    where
        results.status = 'ok'
        and results.basis = 'measured'
        and measurements.is_unit_known
        and measurements.value > 0
        and isfinite(measurements.value)
    qualify row_number() over (
        partition by results.prediction_id
        order by results.recorded_at, results.event_id, measurements.metric_position
    ) = 1

)

select
    predictions.event_id,
    measured.measured_event_id,
    predictions.predictor,
    predictions.predictor_version,
    measured.model_id,
    measured.hardware_id,
    predictions.metric,
    predictions.case_name,
    predictions.unit,
    predictions.value,
    predictions.low,
    predictions.high,
    predictions.level,
    measured.measured_value,
    predictions.value / measured.measured_value - 1 as error,
    measured.measured_value between predictions.low and predictions.high as is_held,
    predictions.issued_at,
    measured.measured_at
from {{ ref('predictions') }} as predictions
inner join measured
    on predictions.event_id = measured.prediction_id
