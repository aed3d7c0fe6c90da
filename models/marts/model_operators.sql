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
        event_id,
        operator_position,
        model_id,
        subject,
        sequence_length,
        image_size,
        called.category,
        called.operator,
        called.shape,
        called.count as call_count,
        called.flops,
        called.read_elements,
        called.written_elements,
        called.weight_elements
    from listed

)

select * from final
