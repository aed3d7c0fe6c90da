-- How much a condition changed from the first to the last version of its runtime, largest change first: medians of each
-- version, the last one over the first.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   metric (metric, default throughput): what to compare by
--   rows (integer, default 50): most rows

with versions as (

    select
        points.comparability_id,
        points.model_id,
        points.hardware_id,
        points.unit,
        stacks.runtime_version,
        stacks.runtime_version_order,
        median(points.value) as median_value,
        count(*) as points
    from series_points as points
    inner join dim_software_stacks as stacks
        on points.runtime_version = stacks.runtime_version
    inner join fct_results as results
        on
            points.event_id = results.event_id
            and stacks.software_stack_id = results.software_stack_id
    where
        points.metric = getvariable('metric')
        and (getvariable('model') is null or points.model_id = getvariable('model'))
        and (getvariable('hardware') is null or points.hardware_id = getvariable('hardware'))
    group by all

)

select
    versions.model_id,
    versions.hardware_id,
    conditions.mode,
    conditions.precision,
    conditions.compiler,
    conditions.batch_size,
    min_by(versions.runtime_version, versions.runtime_version_order) as first_version,
    max_by(versions.runtime_version, versions.runtime_version_order) as last_version,
    min_by(versions.median_value, versions.runtime_version_order) as first_value,
    max_by(versions.median_value, versions.runtime_version_order) as last_value,
    versions.unit,
    last_value / nullif(first_value, 0) as ratio,
    sum(versions.points) as results
from versions
inner join dim_conditions as conditions
    on versions.comparability_id = conditions.comparability_id
group by
    versions.comparability_id, versions.model_id, versions.hardware_id, versions.unit,
    conditions.mode, conditions.precision, conditions.compiler, conditions.batch_size
having count(*) > 1
order by abs(ln(ratio)) desc, versions.model_id, versions.comparability_id asc
limit getvariable('rows')
