-- How many times faster each precision is than fp32, on the same device and otherwise equal conditions. Median
-- latencies are compared: a few steps that something else on the machine slowed down do not count.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device

with measured as (

    select
        conditions.* exclude (comparability_id, workload_id, condition),
        map_extract_value(conditions.condition, 'threads') as threads,
        series.median_value * 1000 as milliseconds
    from series
    inner join dim_conditions as conditions
        on series.comparability_id = conditions.comparability_id
    where
        series.metric = 'latency_p50'
        and (getvariable('model') is null or series.model_id = getvariable('model'))
        and (getvariable('hardware') is null or series.hardware_id = getvariable('hardware'))

)

select
    reduced.model_id,
    reduced.hardware_id,
    coalesce(reduced.phase, reduced.mode) as phase,
    reduced.batch_size,
    reduced.precision,
    round(reduced.milliseconds, 2) as milliseconds,
    round(full_precision.milliseconds, 2) as at_fp32,
    round(full_precision.milliseconds / reduced.milliseconds, 2) as gain
from measured as reduced
inner join measured as full_precision
    on
        reduced.model_id = full_precision.model_id
        and reduced.hardware_id = full_precision.hardware_id
        and reduced.mode = full_precision.mode
        and reduced.phase is not distinct from full_precision.phase
        and reduced.runtime is not distinct from full_precision.runtime
        and reduced.compute_platform is not distinct from full_precision.compute_platform
        and reduced.compiler is not distinct from full_precision.compiler
        and reduced.memory_format is not distinct from full_precision.memory_format
        and reduced.batch_size is not distinct from full_precision.batch_size
        and reduced.sequence_length is not distinct from full_precision.sequence_length
        and reduced.image_size is not distinct from full_precision.image_size
        and reduced.device_count = full_precision.device_count
        and reduced.threads is not distinct from full_precision.threads
where reduced.precision != 'fp32' and full_precision.precision = 'fp32'
order by gain, reduced.model_id, reduced.batch_size
