-- What larger batches bring a model: each batch size against the smallest one under otherwise equal conditions.
-- An efficiency of 1 means that the work of a batch grows no faster than its size.
--
-- Parameters:
--   model (model, required): the model
--   hardware (hardware, optional): only this device
--   metric (metric, default latency_mean): what to compare by

select
    hardware_id,
    mode,
    phase,
    precision,
    runtime_version,
    compiler,
    memory_format,
    sequence_length,
    image_size,
    baseline_batch_size,
    batch_size,
    baseline_value,
    value,
    unit,
    advantage,
    efficiency,
    knee_batch_size
from batch_scaling
where
    model_id = getvariable('model')
    and metric = getvariable('metric')
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
order by hardware_id, mode, phase, precision, comparability_id, batch_size
