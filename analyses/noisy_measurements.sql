-- The measurements whose own samples differ most: the spread between their quartiles over their median. A comparison
-- that rests on these needs more samples.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   metric (metric, default latency_mean): which numbers
--   samples (integer, default 5): least number of samples
--   rows (integer, default 50): most rows

select
    model_id,
    hardware_id,
    comparability_id,
    value,
    unit,
    sample_count,
    relative_iqr as relative_spread,
    event_id
from fct_measurements
where
    metric = getvariable('metric')
    and basis = 'measured'
    and status = 'ok'
    and sample_count >= getvariable('samples')
    and (getvariable('model') is null or model_id = getvariable('model'))
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
order by relative_spread desc nulls last, event_id asc
limit getvariable('rows')
