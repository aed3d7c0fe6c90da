{{ config(materialized='view') }}

{#
    The results that arrived with this build, each with what kind of result it is, and with its numbers in base units in
    columns. A number in a unit that its metric cannot have stays out of the columns, as does a metric that is not known;
    of a metric that is told twice, the first counts. A run that another result tells of has no numbers here.
#}

with known as (

    select
        (select map_from_entries(list((unit, base_unit))) from {{ ref('units') }}) as base_units,
        (select map_from_entries(list((unit, factor))) from {{ ref('units') }}) as factors,
        (select map_from_entries(list((metric, unit))) from {{ ref('metrics') }}) as units_of_metrics

),

results as (

    select
        arrived.*,
        {{ is_a_run_of_its_own('arrived') }} as is_run_of_its_own,
        coalesce(list_transform(arrived.metrics, lambda told: told.name), []) as metric_names
    from {{ ref('int_results_deduplicated') }} as arrived

),

numbered as (

    select
        results.*,
        case
            when results.is_run_of_its_own
                then
                    list_transform(
                        results.metrics,
                        lambda told:
                        case
                            when known.units_of_metrics[told.name] = known.base_units[told.unit]
                                then told.value * known.factors[told.unit]
                        end
                    )
        end as numbers
    from results
    cross join known

)

select
    numbered.*,
    {%- for metric in wide_metrics() %}
    {{ number_named(metric, 'numbered') }} as {{ metric }},
    {%- endfor %}
    {{ tells_power_or_heat('numbered') }} as tells_power_or_heat,
    {{ result_type('numbered') }} as result_type
from numbered
