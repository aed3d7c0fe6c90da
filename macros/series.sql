{#
    What the points of a series are ordered by. A history that is measured afterwards is in the order of its commits, not in
    that of its measurements, which often go back in time. Times that are not known come first; then versions, so that
    undated results of other tools are in order.
#}
{% macro place_in_series(measurements, version_order) -%}
    coalesce({{ measurements }}.committed_at, {{ measurements }}.occurred_at, timestamptz '-infinity'),
    coalesce({{ measurements }}.occurred_at, timestamptz '-infinity'),
    coalesce({{ version_order }}, ''),
    {{ measurements }}.event_id,
    {{ measurements }}.metric_position
{%- endmacro %}


{#
    Where results stand in their series: comparability_id, metric, event_id and the first point_number of each. Put in order
    are only the series that `relation` names, not all of them, as series_points does.
#}
{% macro places_of_series(relation) -%}
    select
        comparability_id,
        metric,
        event_id,
        min(point_number) as point_number
    from (
        select
            measurements.comparability_id,
            measurements.metric,
            measurements.event_id,
            row_number() over (
                partition by measurements.comparability_id, measurements.metric
                order by
                    {{ place_in_series('measurements', version_order('measurements.runtime_version')) }}
            ) as point_number
        from {{ ref('fct_measurements') }} as measurements
        where
            measurements.comparability_id in (select told.comparability_id from {{ relation }} as told)
            and measurements.status = 'ok'
            and measurements.basis = 'measured'
            and measurements.is_unit_known
    ) as points
    group by comparability_id, metric, event_id
{%- endmacro %}
