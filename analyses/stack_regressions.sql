-- What became worse with a newer software stack: the same work on the same device, worst first. An advantage of 0.9
-- means that the newer stack reaches nine tenths of the older one, in the metric's own direction.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   metric (metric, default throughput): what to compare by
--   below (number, default 0.95): greatest advantage that counts as worse
--   rows (integer, default 50): most rows

select
    advantage,
    model_id,
    hardware_id,
    mode,
    precision,
    compiler,
    batch_size,
    runtime,
    baseline_runtime_version,
    runtime_version,
    baseline_value,
    value,
    unit
from stack_comparisons
where
    is_newer
    and metric = getvariable('metric')
    and advantage < getvariable('below')
    and (getvariable('model') is null or model_id = getvariable('model'))
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
order by advantage, model_id, comparability_id, runtime_version, baseline_runtime_version
limit getvariable('rows')
