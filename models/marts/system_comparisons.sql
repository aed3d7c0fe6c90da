{{ config(materialized='view') }}

select
    -- what was compared
    candidate.system,
    candidate.submitter,
    baseline.system as baseline_system,
    baseline.submitter as baseline_submitter,
    candidate.benchmark_release,
    candidate.comparability_id,
    baseline.comparability_id as baseline_comparability_id,
    candidate.metric,
    candidate.unit,

    -- under which condition
    conditions.model_id,
    models.family,
    conditions.mode,
    conditions.phase,
    conditions.condition['scenario'] as scenario,
    conditions.condition,
    conditions.precision,
    conditions.batch_size,

    -- the devices of each
    conditions.hardware_id,
    conditions.device_count,
    baseline_conditions.hardware_id as baseline_hardware_id,
    baseline_conditions.device_count as baseline_device_count,

    -- outcome
    candidate.median_value as value,
    baseline.median_value as baseline_value,
    {{ advantage('candidate.median_value', 'baseline.median_value', 'metrics.direction') }} as advantage,
    case
        when candidate.unit like '%/second' then candidate.median_value / nullif(conditions.device_count, 0)
    end as value_per_device,
    case
        when candidate.unit like '%/second'
            then baseline.median_value / nullif(baseline_conditions.device_count, 0)
    end as baseline_value_per_device,
    case
        when candidate.unit like '%/second'
            then
                (candidate.median_value / nullif(conditions.device_count, 0))
                / nullif(baseline.median_value / nullif(baseline_conditions.device_count, 0), 0)
    end as advantage_per_device,
    candidate.point_count,
    baseline.point_count as baseline_point_count
from {{ ref('int_systems_summarized') }} as candidate
inner join {{ ref('int_systems_summarized') }} as baseline
    on
        candidate.system_group_id = baseline.system_group_id
        and candidate.metric = baseline.metric
        and candidate.benchmark_release is not distinct from baseline.benchmark_release
        and (candidate.system, coalesce(candidate.submitter, ''), candidate.comparability_id)
        != (baseline.system, coalesce(baseline.submitter, ''), baseline.comparability_id)
inner join {{ ref('dim_conditions') }} as conditions
    on candidate.comparability_id = conditions.comparability_id
inner join {{ ref('dim_conditions') }} as baseline_conditions
    on baseline.comparability_id = baseline_conditions.comparability_id
inner join {{ ref('dim_metrics') }} as metrics
    on candidate.metric = metrics.metric
left join {{ ref('dim_models') }} as models
    on conditions.model_id = models.model_id
