-- The highest throughput that was measured of each model on each device, with the batch size and precision that gave it.
-- Items are images, sequences or clips; where several devices worked together, their number stands beside.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   precision (text, optional): only this precision
--   rows (integer, default 50): most rows

select
    measurements.model_id,
    measurements.hardware_id,
    conditions.mode,
    max_by(conditions.device_count, measurements.value) as device_count,
    max_by(conditions.precision, measurements.value) as precision,
    max_by(conditions.batch_size, measurements.value) as batch_size,
    max(measurements.value) as items_per_second,
    max_by(measurements.runtime_version, measurements.value) as runtime_version,
    count(*) as results
from fct_measurements as measurements
inner join dim_conditions as conditions
    on measurements.comparability_id = conditions.comparability_id
where
    measurements.metric = 'throughput'
    and measurements.basis = 'measured'
    and measurements.status = 'ok'
    and measurements.is_unit_known
    and measurements.model_id is not null
    and (getvariable('model') is null or measurements.model_id = getvariable('model'))
    and (getvariable('hardware') is null or measurements.hardware_id = getvariable('hardware'))
    and (getvariable('precision') is null or conditions.precision = getvariable('precision'))
group by measurements.model_id, measurements.hardware_id, conditions.mode
order by items_per_second desc, measurements.model_id asc, measurements.hardware_id asc, conditions.mode asc
limit getvariable('rows')
