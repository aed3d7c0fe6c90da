{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

{#
    Every result, retracted ones too, with its names resolved, the keys that say which results may be compared, and its
    numbers in columns. Rows that arrive together lie in the order in which they are asked for, so that what is not asked
    for is passed over, and ids that are the same many times over take no space.
#}

with arrived as (

    select
        arrived.*,
        {% if is_incremental() %}
        known.event_id is not null as is_known
        {% else %}
        false as is_known
        {% endif %}
    from {{ ref('int_results_widened') }} as arrived
    {% if is_incremental() %}
        left join {{ this }} as known
            on arrived.event_id = known.event_id
        where
            known.event_id is null
            -- so the order in which files arrive leaves no trace
            or (arrived.recorded_at, arrived.batch_id) < (known.recorded_at, known.batch_id)
    {% endif %}

),

resolved as (

    select
        arrived.* exclude (device_count),
        case
            when coalesce(arrived.device_count, 1) = 1
                then coalesce(hardware.device_count_stated, arrived.device_count)
            else arrived.device_count
        end as device_count,
        case
            when arrived.subject_kind = 'model'
                then coalesce(models.model_id, arrived.subject)
        end as model_id,
        hardware.hardware_id,
        coalesce(precisions.canonical, arrived.source_precision) as precision
    from arrived
    left join {{ ref('int_model_names_resolved') }} as models
        on arrived.subject = models.subject
    left join {{ ref('int_hardware_names_resolved') }} as hardware
        on arrived.device = hardware.device
    left join {{ ref('precisions') }} as precisions
        on lower(arrived.source_precision) = precisions.precision

),

with_workload as (

    select
        *,
        {{ surrogate_key([
            'subject_kind', 'coalesce(model_id, subject)', 'mode', 'phase', 'runtime', 'compiler', 'precision',
            'memory_format', 'batch_size', 'sequence_length', 'image_size', 'parameter_count', 'device_count',
            'condition',
        ]) }} as workload_id,
        {{ surrogate_key([
            'runtime', 'runtime_version', 'compute_platform', 'compute_platform_version', 'driver_version',
        ]) }} as software_stack_id
    from resolved

),

identified as (

    select
        *,
        {{ surrogate_key(['workload_id', 'hardware_id', 'device_kind', 'compute_platform']) }}
            as comparability_id,
        case
            when model_id is not null
                then
                    {{ surrogate_key(
                        ['model_id', 'hardware_id', 'device_kind', 'runtime', 'mode', 'precision']
                    ) }}
        end as compatibility_id
    from with_workload

)

select
    * exclude (metrics, metric_names, numbers, source_family),
    {{ current_build() }} as build_number
from identified
order by model_id, hardware_id, comparability_id, occurred_at
