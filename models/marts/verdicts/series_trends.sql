{{ config(materialized='view') }}

select
    -- ids
    series.series_id,
    series.comparability_id,
    series.metric,
    series.model_id,
    series.hardware_id,

    -- verdict
    coalesce(verdicts.trend, 'insufficient data') as trend,
    case
        when verdicts.series_id is not null then verdicts.insufficient
        when series.point_count < {{ fewest_points_judged() }}
            then 'fewer than {{ fewest_points_judged() }} points'
        else 'fewer than {{ fewest_points_judged() }} points of which time or version is told'
    end as insufficient_reason,
    verdicts.slope,
    verdicts.slope_low,
    verdicts.slope_high,
    series.min_value > 0 as is_slope_relative,
    verdicts.spread,
    verdicts.detector,

    -- how much of what
    series.point_count,
    coalesce(len(verdicts.changes), 0) as change_count,
    coalesce(len(list_filter(verdicts.changes, lambda change: change.verdict = 'regression')), 0)
        as regression_count,
    coalesce(len(list_filter(verdicts.changes, lambda change: change.verdict = 'improvement')), 0)
        as improvement_count,
    coalesce(len(verdicts.outliers), 0) as outlier_count,
    series.latest_value,
    series.unit,
    series.direction,

    -- timestamps
    series.first_occurred_at,
    series.last_occurred_at
from {{ ref('series') }} as series
left join {{ ref('int_series_verdicts') }} as verdicts
    on series.series_id = verdicts.series_id
