{{ config(materialized='view') }}

{#
    Power is that which was measured in the same runs: as such, or the energy of a step over its time. Else it is the
    limit the maker gives for each device, an estimate that no run exceeds and few reach.
#}

with power as (

    select
        powers.comparability_id,
        powers.runtime_version,
        arg_min(
            case
                when powers.metric = 'power_mean' then powers.value
                else powers.value / nullif(times.value, 0)
            end,
            case powers.metric when 'power_mean' then 1 when 'energy_per_batch' then 2 else 3 end
        ) as power_watts
    from {{ ref('int_series_in_conditions') }} as powers
    left join {{ ref('int_series_in_conditions') }} as times
        on
            powers.comparability_id = times.comparability_id
            and powers.runtime_version is not distinct from times.runtime_version
            and times.metric
            = case when powers.metric = 'energy_per_batch' then 'latency_mean' else 'duration' end
    where powers.metric in ('power_mean', 'energy_per_batch', 'energy')
    group by powers.comparability_id, powers.runtime_version

),

rates as (

    select
        series.*,
        hardware.hardware_name,
        power.power_watts as measured_power_watts,
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
