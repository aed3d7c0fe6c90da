-- The conditions that were measured most often: where a change over time can be seen.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   metric (metric, optional): only this metric
--   rows (integer, default 30): most rows

select
    series.model_id,
    conditions.test_name,
    series.hardware_id,
    series.metric,
    conditions.mode,
    conditions.precision,
    conditions.batch_size,
    series.point_count,
    series.runtime_version_count,
    series.first_occurred_at,
    series.last_occurred_at,
    series.median_value,
    series.latest_value,
    series.unit,
    series.series_id
from series
inner join dim_conditions as conditions
    on series.comparability_id = conditions.comparability_id
where
    (getvariable('model') is null or series.model_id = getvariable('model'))
    and (getvariable('hardware') is null or series.hardware_id = getvariable('hardware'))
    and (getvariable('metric') is null or series.metric = getvariable('metric'))
order by series.point_count desc, series.runtime_version_count desc, series.series_id asc
limit getvariable('rows')
