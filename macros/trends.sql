{# Trends of the series of one model, family or device and one metric, counted by kind, with the worst change among them. #}
{% macro trends_rolled_up(key) -%}
    with trends as (

        select
            trends.*,
            models.family
        from {{ ref('series_trends') }} as trends
        left join {{ ref('dim_models') }} as models
            on trends.model_id = models.model_id

    ),

    worst as (

        select
            models.family,
            changes.model_id,
            changes.hardware_id,
            changes.metric,
            changes.series_id,
            changes.event_id,
            changes.effect,
            {{ advantage('changes.after', 'changes.before', 'changes.direction') }} as advantage
        from {{ ref('series_changes') }} as changes
        left join {{ ref('dim_models') }} as models
            on changes.model_id = models.model_id
        where changes.verdict = 'regression' and changes.effect is not null

    ),

    worst_of_each as (

        select
            {{ key }},
            metric,
            arg_min(
                struct_pack(series_id := series_id, event_id := event_id, effect := effect),
                (advantage, series_id, event_id)
            ) as change
        from worst
        group by {{ key }}, metric

    ),

    counted as (

        select
            {{ key }},
            metric,
            any_value(direction) as direction,
            count(*) as series_count,
            {%- for kind in ('improving', 'degrading', 'stable', 'volatile') %}
            count(*) filter (where trend = '{{ kind }}') as {{ kind }}_count,
            {%- endfor %}
            count(*) filter (where trend = 'insufficient data') as insufficient_count,
            cast(sum(regression_count) as bigint) as regression_count,
            cast(sum(improvement_count) as bigint) as improvement_count,
            median(case direction when 'lower' then -slope else slope end) filter (where is_slope_relative)
                as median_slope
        from trends
        where {{ key }} is not null
        group by {{ key }}, metric

    )

    select
        counted.{{ key }},
        counted.metric,
        counted.direction,
        counted.series_count,
        counted.improving_count,
        counted.degrading_count,
        counted.stable_count,
        counted.volatile_count,
        counted.insufficient_count,
        counted.regression_count,
        counted.improvement_count,
        counted.median_slope,
        worst_of_each.change.effect as worst_effect,
        worst_of_each.change.series_id as worst_series_id,
        worst_of_each.change.event_id as worst_event_id
    from counted
    left join worst_of_each
        on
            counted.{{ key }} = worst_of_each.{{ key }}
            and counted.metric = worst_of_each.metric
{%- endmacro %}
