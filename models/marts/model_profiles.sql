{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='append_new_columns',
    )
}}

with arrived as (

    {{ newly_recorded(ref('stg_event_log__model_profiles')) }}

),

final as (

    select
        arrived.event_id,
        arrived.run_id,
        coalesce(models.model_id, arrived.subject) as model_id,
        arrived.subject,
        arrived.architecture,
        arrived.configuration_digest,
        arrived.mode,
        arrived.phase,
        arrived.sequence_length,
        arrived.image_size,
        arrived.parameter_count,
        arrived.flops_per_item,
        arrived.saved_elements_per_item,
        arrived.saved_other_bytes_per_item,
        arrived.peak_live_elements_per_item,
        arrived.operators,
        arrived.attributes,
        arrived.batch_id,
        arrived.occurred_at,
        arrived.recorded_at
    from arrived
    left join {{ ref('int_model_names_resolved') }} as models
        on arrived.subject = models.subject

)

select * from final
