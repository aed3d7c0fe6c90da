{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('workload_id', ref('int_keys_touched')) }}",
    )
}}

{# Two devices that did the same work under the same version of the runtime, for headline metrics; both ways round. #}

with summaries as (

    select
        summaries.*,
        conditions.workload_id,
        conditions.hardware_id
    from {{ ref('int_series_summarized') }} as summaries
    inner join {{ ref('dim_conditions') }} as conditions
        on summaries.comparability_id = conditions.comparability_id
    inner join {{ ref('metrics') }} as metrics
        on summaries.metric = metrics.metric and metrics.is_headline
    where
        conditions.hardware_id is not null
        and conditions.model_id is not null
    {% if is_incremental() %}
        and conditions.workload_id in (
            select touched.workload_id from {{ ref('int_keys_touched') }} as touched
        )
    {% endif %}

)

select
    candidate.workload_id,
    candidate.comparability_id,
    baseline.comparability_id as baseline_comparability_id,
    candidate.hardware_id,
    baseline.hardware_id as baseline_hardware_id,
    candidate.runtime_version,
    candidate.metric,
    candidate.unit,
    candidate.median_value as value,
    baseline.median_value as baseline_value,
    candidate.point_count,
    baseline.point_count as baseline_point_count
from summaries as candidate
inner join summaries as baseline
    on
        candidate.workload_id = baseline.workload_id
        and candidate.metric = baseline.metric
        and candidate.runtime_version is not distinct from baseline.runtime_version
        and candidate.hardware_id != baseline.hardware_id
