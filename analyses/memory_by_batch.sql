-- The memory that a model takes at each batch size: the largest median of any condition. Which memory it is says the
-- metric: of the steps alone, of the process, or of the whole device.
--
-- Parameters:
--   model (model, required): the model
--   hardware (hardware, optional): only this device

select
    conditions.hardware_id,
    series.metric,
    conditions.mode,
    conditions.precision,
    conditions.batch_size,
    max(series.median_value) / 1e9 as gigabytes,
    max(hardware.memory_bytes) / 1e9 as gigabytes_of_device,
    sum(series.point_count) as results
from series
inner join dim_conditions as conditions
    on series.comparability_id = conditions.comparability_id
left join dim_hardware as hardware
    on conditions.hardware_id = hardware.hardware_id
where
    series.unit = 'byte'
    and conditions.model_id = getvariable('model')
    and (getvariable('hardware') is null or conditions.hardware_id = getvariable('hardware'))
group by conditions.hardware_id, series.metric, conditions.mode, conditions.precision, conditions.batch_size
order by conditions.hardware_id, series.metric, conditions.mode, conditions.precision, conditions.batch_size
