-- What nobody has measured: models of a family and devices that have results of that family in a mode, but none
-- together. The devices that ran the most of the family come first, since there a gap is closed most easily.
--
-- Parameters:
--   family (text, optional): only models of this family
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device
--   mode (text, default inference): inference or training
--   rows (integer, default 50): most rows

with verdicts as (

    select
        family,
        model_id,
        hardware_id
    from compatibility_matrix
    where
        evidence_count > 0
        and mode = getvariable('mode')
        and family is not null
        and model_id is not null
        and hardware_id is not null
        and (getvariable('family') is null or family = getvariable('family'))
    group by all

),

models as (

    select
        family,
        model_id,
        count(*) as devices_with_results
    from verdicts
    group by all

),

devices as (

    select
        family,
        hardware_id,
        count(*) as models_with_results
    from verdicts
    group by all

)

select
    devices.hardware_id,
    models.family,
    models.model_id,
    devices.models_with_results,
    models.devices_with_results
from devices
inner join models
    on devices.family = models.family
left join verdicts
    on
        devices.hardware_id = verdicts.hardware_id
        and models.family = verdicts.family
        and models.model_id = verdicts.model_id
where
    verdicts.model_id is null
    and (getvariable('model') is null or models.model_id = getvariable('model'))
    and (getvariable('hardware') is null or devices.hardware_id = getvariable('hardware'))
order by
    devices.models_with_results desc, models.devices_with_results desc,
    devices.hardware_id asc, models.family asc, models.model_id asc
limit getvariable('rows')
