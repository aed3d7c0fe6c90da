{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{# The software stacks that results of a condition ran on. #}

select distinct
    results.comparability_id,
    results.runtime_version,
    results.software_stack_id
from {{ ref('int_results_identified') }} as results
where
    results.{{ is_from_current_build() }}
    and results.model_id is not null
    and results.hardware_id is not null
{% if is_incremental() %}
    and not exists (
        select 1
        from {{ this }} as known
        where
            results.comparability_id = known.comparability_id
            and results.software_stack_id = known.software_stack_id
    )
{% endif %}
