-- How much a condition changed from the first to the last version of its runtime, largest change first: medians of each
-- version, the last one over the first.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   metric (metric, default throughput): what to compare by
--   rows (integer, default 50): most rows

with orders as (

    select distinct
        runtime_version,
        runtime_version_order
    from dim_software_stacks
    where runtime_version_order is not null

),

versions as (

    select
        series.*,
        orders.runtime_version_order
    from series_by_version as series
    inner join orders
        on series.runtime_version = orders.runtime_version
    where
        series.metric = getvariable('metric')
        and (getvariable('model') is null or series.model_id = getvariable('model'))
        and (getvariable('hardware') is null or series.hardware_id = getvariable('hardware'))

)

select
    model_id,
    hardware_id,
    mode,
    precision,
    compiler,
    batch_size,
    min_by(runtime_version, runtime_version_order) as first_version,
    max_by(runtime_version, runtime_version_order) as last_version,
    min_by(median_value, runtime_version_order) as first_value,
    max_by(median_value, runtime_version_order) as last_value,
    unit,
    last_value / nullif(first_value, 0) as ratio,
    cast(sum(point_count) as bigint) as results
from versions
group by comparability_id, model_id, hardware_id, unit, mode, precision, compiler, batch_size
having count(*) > 1
order by abs(ln(ratio)) desc, model_id asc, comparability_id asc
limit getvariable('rows')
