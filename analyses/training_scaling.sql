-- How much of each rank is left when several train together: throughput at n ranks over n times the throughput at one
-- rank, with equal work for a rank. One rank is plain torch, or the strategy itself where that was measured.
--
-- Parameters:
--   model (model, optional): only this model
--   hardware (hardware, optional): only this device

with runs as (
    select
        model_id,
        hardware_id,
        precision,
        sequence_length,
        optimizer,
        condition['strategy'] as strategy,
        try_cast(condition['ranks'] as integer) as ranks,
        condition['micro_batch'] as micro_batch,
        condition['accumulation_steps'] as accumulation_steps,
        condition['checkpointing'] as checkpointing,
        condition['threads'] as threads,
        method,
        median(items_per_second) as items_per_second
    from training_runs
    where
        status = 'ok' and basis = 'measured' and condition['ranks'] is not null
        and (getvariable('model') is null or model_id = getvariable('model'))
        and (getvariable('hardware') is null or hardware_id = getvariable('hardware'))
    group by all
)

select
    several.model_id,
    several.hardware_id,
    several.strategy,
    several.precision,
    several.optimizer,
    several.checkpointing,
    several.sequence_length,
    several.micro_batch,
    several.accumulation_steps,
    several.ranks,
    several.items_per_second,
    max(one.items_per_second) as items_per_second_of_one_rank,
    max(several.items_per_second / several.ranks) / max(one.items_per_second) as scaling_efficiency
from runs as several
inner join runs as one
    on
        several.model_id = one.model_id
        and several.hardware_id = one.hardware_id
        and several.precision = one.precision
        and several.optimizer = one.optimizer
        and several.checkpointing = one.checkpointing
        and several.sequence_length is not distinct from one.sequence_length
        and several.micro_batch = one.micro_batch
        and several.accumulation_steps = one.accumulation_steps
        and several.threads is not distinct from one.threads
        and several.method = one.method
        and one.ranks = 1
        and one.strategy in ('single', several.strategy)
where several.ranks > 1
group by all
order by several.model_id, several.hardware_id, several.ranks, several.strategy, several.precision
