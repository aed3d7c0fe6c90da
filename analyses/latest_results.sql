-- The newest result of each model on each device, whatever its outcome and basis.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   since (moment, optional): only results that happened since then
--   rows (integer, default 50): most rows

-- Which are the newest is found from few columns; only those are read whole.
with newest as (

    select
        model_id,
        hardware_id,
        max(coalesce(occurred_at, recorded_at)) as happened_at
    from fct_results
    where
        subject_kind = 'model'
        and (getvariable('model') is null or model_id = getvariable('model'))
        and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
        and (getvariable('since') is null or coalesce(occurred_at, recorded_at) >= getvariable('since'))
    group by model_id, hardware_id
    order by happened_at desc, model_id asc, hardware_id asc
    limit getvariable('rows')

)

select
    results.model_id,
    results.hardware_id,
    results.mode,
    results.precision,
    results.batch_size,
    results.status,
    results.basis,
    results.error_class,
    results.runtime,
    results.runtime_version,
    newest.happened_at,
    results.source_uri,
    results.source_locator
from newest
inner join fct_results as results
    on
        newest.model_id = results.model_id
        and newest.happened_at = coalesce(results.occurred_at, results.recorded_at)
        and newest.hardware_id is not distinct from results.hardware_id
qualify
    row_number() over (
        partition by results.model_id, results.hardware_id
        order by results.recorded_at desc, results.event_id asc
    ) = 1
order by newest.happened_at desc, results.model_id asc, results.hardware_id asc
