-- What fails, how often, and what to try: cells of the compatibility matrix with failures that were measured.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   error (text, optional): only this class of error
--   rows (integer, default 100): most rows

select
    model_id,
    hardware_id,
    device_kind,
    runtime,
    mode,
    precision,
    status,
    failure_count,
    evidence_count,
    error_class,
    suggested_fix,
    last_failure_at
from compatibility_matrix
where
    failure_count > 0
    and (getvariable('model') is null or model_id = getvariable('model'))
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
    and (getvariable('error') is null or error_class = getvariable('error'))
order by failure_count desc, model_id asc, hardware_id asc, compatibility_id asc
limit getvariable('rows')
