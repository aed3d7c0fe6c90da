{{ config(materialized='view') }}

with outliers as (

    select
        series_id,
        comparability_id,
        metric,
        detector,
        spread,
        unnest(outliers) as outlier
    from {{ ref('int_series_verdicts') }}

)

select
    -- which point
    outliers.series_id,
    outliers.comparability_id,
    outliers.metric,
    outliers.outlier.event_id,
    outliers.outlier.metric_position,
    outliers.outlier.point_number,

    -- whose
    conditions.subject_kind,
    coalesce(conditions.model_id, conditions.test_name) as subject,
    conditions.model_id,
    conditions.hardware_id,

    -- numbers
    outliers.outlier.value,
    outliers.spread,
    metrics.unit,
    metrics.direction,
    outliers.detector,

    -- what it was measured with
    outliers.outlier.runtime_version,
    outliers.outlier.commit_id,
    outliers.outlier.environment,

    -- timestamps
    outliers.outlier.occurred_at,
    outliers.outlier.committed_at
from outliers
inner join {{ ref('dim_conditions') }} as conditions
    on outliers.comparability_id = conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on outliers.metric = metrics.metric
