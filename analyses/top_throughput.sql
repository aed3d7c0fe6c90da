-- The highest throughput that was measured of each model on each device, with the batch size and precision that gave it.
-- Items are images, sequences or clips; where several devices worked together, their number stands beside.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   precision (text, optional): only this precision
--   rows (integer, default 50): most rows

select
    model_id,
    hardware_id,
    mode,
    device_count,
    precision,
    batch_size,
    max_value as items_per_second,
    runtime_version,
    cast(sum(point_count) over of_device as bigint) as results
from series_by_version
where
    metric = 'throughput'
    and model_id is not null
    and (getvariable('model') is null or model_id = getvariable('model'))
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
    and (getvariable('precision') is null or precision = getvariable('precision'))
window of_device as (partition by model_id, hardware_id, mode)
qualify
    row_number() over (
        of_device
        order by
            max_value desc, batch_size asc nulls last, comparability_id asc, runtime_version desc nulls last
    ) = 1
order by items_per_second desc, model_id asc, hardware_id asc, mode asc
limit getvariable('rows')
