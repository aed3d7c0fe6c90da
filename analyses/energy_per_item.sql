-- Energy an item takes, least first. The basis of the power says whether it was measured, or estimated from the power
-- that the maker states for the device; the two are not to be compared with each other.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   basis (text, default measured): measured or estimated
--   metric (metric, default token_throughput): token_throughput for tokens, throughput for other items
--   rows (integer, default 50): most rows

select
    model_id,
    hardware_id,
    mode,
    phase,
    precision,
    runtime_version,
    batch_size,
    sequence_length,
    value,
    unit,
    power_watts,
    power_basis,
    1 / items_per_joule as joules_per_item
from cost_and_energy
where
    items_per_joule > 0
    and metric = getvariable('metric')
    and power_basis = getvariable('basis')
    and (getvariable('model') is null or model_id = getvariable('model'))
    and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
order by joules_per_item, model_id, comparability_id
limit getvariable('rows')
