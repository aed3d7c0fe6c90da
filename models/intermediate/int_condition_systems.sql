{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{#
    The whole systems, host and software included, that results of a condition were measured on, where the source names
    them, as MLPerf does. What was to be done is the same for two systems when only the devices and their number differ.
#}

select distinct
    results.comparability_id,
    results.attributes['system'] as system,
    results.attributes['submitter'] as submitter,
    results.attributes['mlperf_version'] as benchmark_release
from {{ ref('int_results_identified') }} as results
where
    results.{{ is_from_current_build() }}
    and results.model_id is not null
    and results.attributes['system'] is not null
{% if is_incremental() %}
    and not exists (
        select 1
        from {{ this }} as known
        where
            results.comparability_id = known.comparability_id
            and results.attributes['system'] = known.system
            and results.attributes['submitter'] is not distinct from known.submitter
            and results.attributes['mlperf_version'] is not distinct from known.benchmark_release
    )
{% endif %}
