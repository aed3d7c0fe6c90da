-- The newest result of each model on each device, whatever its outcome and basis.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   since (moment, optional): only results that happened since then
--   rows (integer, default 50): most rows

select
    model_id,
    hardware_id,
    mode,
    precision,
    batch_size,
    status,
    basis,
    error_class,
    runtime,
    runtime_version,
    coalesce(occurred_at, recorded_at) as happened_at,
    source_uri,
    source_locator
from fct_results
where
    subject_kind = 'model'
    and (getvariable('model') is null or model_id = getvariable('model'))
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
    and (getvariable('since') is null or coalesce(occurred_at, recorded_at) >= getvariable('since'))
qualify
    row_number() over (
        partition by model_id, hardware_id
        order by coalesce(occurred_at, recorded_at) desc, recorded_at desc, event_id asc
    ) = 1
order by happened_at desc, model_id asc, hardware_id asc
limit getvariable('rows')
