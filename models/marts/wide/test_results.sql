{{ config(materialized='view') }}

select
    -- ids
    results.event_id,
    results.run_id,
    results.comparability_id,
    results.compatibility_id,

    -- subject
    results.result_type,
    results.subject_kind,
    results.subject,
    case when results.subject_kind = 'test' then split_part(results.subject, '::', 1) end as test_module,
    results.condition['check'] as check_name,
    results.condition['level'] as check_level,
    results.model_id,
    models.model_name,
    models.family,
    results.hardware_id,
    hardware.hardware_name,

    -- outcome
    results.status,
    results.basis,
    results.attributes['outcome'] as outcome,
    results.duration as duration_seconds,
    results.error_class,
    results.error_message,
    case
        when results.error_class is not null then coalesce(classes.suggested_fix, other.suggested_fix)
    end as suggested_fix,

    -- condition
    results.device,
    results.device_kind,
    results.runtime,
    results.runtime_version,
    results.precision,
    results.condition,

    -- provenance
    results.attributes,
    results.collector,
    results.source_uri,
    results.source_locator,

    -- timestamps
    results.occurred_at,
    results.recorded_at
from {{ ref('int_results_current') }} as results
left join {{ ref('dim_models') }} as models
    on results.model_id = models.model_id
left join {{ ref('dim_hardware') }} as hardware
    on results.hardware_id = hardware.hardware_id
left join {{ ref('error_classes') }} as classes
    on results.error_class = classes.error_class
left join {{ ref('error_classes') }} as other
    on other.error_class = 'other'
where
    results.result_type in ('test', 'functionality', 'integration', 'compatibility', 'code_check')
