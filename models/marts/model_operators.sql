{{ config(materialized='view') }}

with listed as (

    select
        event_id,
        model_id,
        subject,
        sequence_length,
        image_size,
        unnest(range(1, len(operators) + 1)) as operator_position,
        unnest(operators) as called
    from {{ ref('model_profiles') }}

),

final as (

    select
        listed.event_id,
        listed.operator_position,
        listed.model_id,
        listed.subject,
        listed.sequence_length,
        listed.image_size,
        listed.called.category,
        listed.called.operator,
        listed.called.shape,
        listed.called.count as call_count,
        listed.called.flops,
        listed.called.read_elements,
        listed.called.written_elements,
        listed.called.weight_elements
    from listed

)

select * from final
