{{ config(materialized='table') }}

{# As many rows as there are cells are added up, which is little beside a build and much beside a question. #}

with cells as (

    select
        cells.*,
        models.family
    from {{ ref('int_compatibility_cells') }} as cells
    left join {{ ref('dim_models') }} as models
        on cells.model_id = models.model_id

),

families as (

    select
        family,
        hardware_id,
        device_kind,
        runtime,
        mode,
        precision,
        count(*) as model_count,
        count(*) filter (where status = 'verified') as verified_count,
        count(*) filter (where status = 'partial') as partial_count,
        count(*) filter (where status = 'failed') as failed_count,
        count(*) filter (where status = 'simulated_only') as simulated_only_count,
        count(*) filter (where status = 'untested') as untested_count,
        -- of decimals, because the sum of doubles depends on their order
        avg(cast(success_count / nullif(success_count + failure_count, 0) as decimal(18, 9))) as score,
        cast(sum(success_count + failure_count) as bigint) as evidence_count,
        arg_max(
            error_class, struct_pack(failures := failure_count, error_class := error_class)
        ) filter (where error_class is not null) as error_class,
        {% for basis in ('measured', 'simulated', 'suspect', 'estimated', 'predicted') %}
        bool_or(basis = '{{ basis }}') as has_{{ basis }},
        {% endfor %}
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from cells
    group by family, hardware_id, device_kind, runtime, mode, precision

)

select
    -- what on what
    families.family,
    families.hardware_id,
    hardware.hardware_name,
    families.device_kind,
    families.runtime,
    families.mode,
    families.precision,

    -- verdict
    {{ compatibility_status(
        'families.verified_count + families.partial_count',
        'families.failed_count + families.partial_count',
        'families.simulated_only_count',
    ) }} as status,
    case
        {% for basis in ('measured', 'simulated', 'suspect', 'estimated', 'predicted') %}
        when families.has_{{ basis }} then '{{ basis }}'
        {% endfor %}
        else 'untested'
    end as basis,
    families.score,
    families.evidence_count,
    families.model_count,
    families.verified_count,
    families.partial_count,
    families.failed_count,
    families.simulated_only_count,
    families.untested_count,
    families.error_class,
    case
        when families.error_class is not null then coalesce(classes.suggested_fix, other.suggested_fix)
    end as suggested_fix,

    -- timestamps
    families.first_seen_at,
    families.last_seen_at
from families
left join {{ ref('dim_hardware') }} as hardware
    on families.hardware_id = hardware.hardware_id
left join {{ ref('error_classes') }} as classes
    on families.error_class = classes.error_class
left join {{ ref('error_classes') }} as other
    on other.error_class = 'other'
