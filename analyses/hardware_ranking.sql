-- Devices against one baseline on equal work, best first: the geometric mean over models of each model's median
-- advantage, with the number of models and pairs that it rests on.
--
-- Parameters:
--   baseline (hardware, required): the device to compare with
--   metric (metric, default throughput): what to compare by
--   mode (text, optional): inference or training
--   precision (text, optional): only this precision

with models as (

    select
        hardware_id,
        model_id,
        median(advantage) as advantage,
        count(*) as pairs
    from hardware_comparisons
    where
        baseline_hardware_id = getvariable('baseline')
        and metric = getvariable('metric')
        and (getvariable('mode') is null or mode = getvariable('mode'))
        and (getvariable('precision') is null or precision = getvariable('precision'))
    group by all

)

select
    hardware_id,
    exp(avg(ln(advantage))) as advantage,
    min(advantage) as worst_model,
    max(advantage) as best_model,
    count(*) as models,
    sum(pairs) as pairs
from models
where advantage > 0
group by hardware_id
order by advantage desc, hardware_id asc
