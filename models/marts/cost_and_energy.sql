{{ config(materialized='view') }}

{#
    Power is that which was measured in the same runs: as such, or the energy of a step over its time. Else it is the
    limit the maker gives for each device, an estimate that no run exceeds and few reach.
#}

with power as (

    select
        comparability_id,
        runtime_version,
        any_value(median_value) filter (where metric = 'power_mean') as power_watts,
        any_value(median_value) filter (where metric = 'energy_per_batch')
        / nullif(any_value(median_value) filter (where metric = 'latency_mean'), 0) as step_power_watts,
        any_value(median_value) filter (where metric = 'energy')
        / nullif(any_value(median_value) filter (where metric = 'duration'), 0) as run_power_watts
    from {{ ref('int_series_summarized') }}
    where
        metric in ('power_mean', 'energy_per_batch', 'latency_mean', 'energy', 'duration')
        and comparability_id in (
            select measured.comparability_id
            from {{ ref('int_series_summarized') }} as measured
            where measured.metric in ('power_mean', 'energy_per_batch', 'energy')
        )
    group by comparability_id, runtime_version

),

rates as (

    select
        series.*,
        hardware.hardware_name,
        coalesce(power.power_watts, power.step_power_watts, power.run_power_watts) as measured_power_watts,
        hardware.tdp_watts * series.device_count as power_limit_watts,
        prices.price_per_hour * series.device_count as price_per_hour,
        prices.currency,
        prices.provider as price_provider,
        prices.as_of as price_as_of
    from {{ ref('int_series_in_conditions') }} as series
    left join power
        on
            series.comparability_id = power.comparability_id
            and series.runtime_version is not distinct from power.runtime_version
    left join {{ ref('dim_hardware') }} as hardware
        on series.hardware_id = hardware.hardware_id
    left join {{ ref('hardware_prices') }} as prices
        on series.hardware_id = prices.hardware_id
    where series.metric in ('throughput', 'token_throughput', 'request_throughput')

)

select
    -- what was measured
    rates.comparability_id,
    rates.workload_id,
    rates.hardware_id,
    rates.hardware_name,
    rates.metric,
    rates.unit,

    -- under which condition
    rates.model_id,
    models.family,
    rates.mode,
    rates.phase,
    rates.runtime,
    rates.runtime_version,
    rates.compiler,
    rates.precision,
    rates.memory_format,
    rates.device_count,
    rates.batch_size,
    rates.sequence_length,
    rates.image_size,

    -- energy
    rates.value,
    coalesce(rates.measured_power_watts, rates.power_limit_watts) as power_watts,
    case
        when rates.measured_power_watts is not null then 'measured'
        when rates.power_limit_watts is not null then 'estimated'
    end as power_basis,
    rates.value / nullif(coalesce(rates.measured_power_watts, rates.power_limit_watts), 0) as items_per_joule,

    -- money
    rates.price_per_hour,
    rates.currency,
    rates.price_provider,
    rates.price_as_of,
    rates.value * 3600 / nullif(rates.price_per_hour, 0) as items_per_currency_unit,
    rates.point_count
from rates
left join {{ ref('dim_models') }} as models
    on rates.model_id = models.model_id
