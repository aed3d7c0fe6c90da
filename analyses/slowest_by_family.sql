-- The slowest models of each family on a device: seconds an item, in the batch size that suits the model best.
--
-- Parameters:
--   hardware (hardware, required): the device
--   family (text, optional): only models of this family
--   mode (text, default inference): inference or training
--   per_family (integer, default 5): models of each family

with latencies as (

    select
        conditions.model_id,
        conditions.precision,
        conditions.batch_size,
        series.median_value / conditions.batch_size as seconds_per_item
    from series
    inner join dim_conditions as conditions
        on series.comparability_id = conditions.comparability_id
    where
        series.metric = 'latency_mean'
        and conditions.batch_size > 0
        and conditions.hardware_id = getvariable('hardware')
        and conditions.mode = getvariable('mode')

),

best as (

    select
        models.family,
        latencies.model_id,
        min(latencies.seconds_per_item) as seconds_per_item,
        min_by(latencies.batch_size, latencies.seconds_per_item) as batch_size,
        min_by(latencies.precision, latencies.seconds_per_item) as precision
    from latencies
    inner join dim_models as models
        on latencies.model_id = models.model_id
    where getvariable('family') is null or models.family = getvariable('family')
    group by all

)

select
    family,
    model_id,
    precision,
    batch_size,
    seconds_per_item,
    row_number() over (partition by family order by seconds_per_item desc, model_id asc) as place
from best
qualify place <= getvariable('per_family')
order by family, place
