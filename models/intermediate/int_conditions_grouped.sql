{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

{# Which conditions differ in one thing only. #}

with unseen as (

    select
        conditions.*,
        {{ condition_without_length('conditions') }} as condition_without_length
    from {{ ref('dim_conditions') }} as conditions
    where
        conditions.model_id is not null
        and conditions.hardware_id is not null
    {% if is_incremental() %}
        and conditions.comparability_id not in (select this.comparability_id from {{ this }} as this)
    {% endif %}

)

select
    comparability_id,
    {{ condition_key_without(['compiler']) }} as compiler_group_id,
    {{ condition_key_without(['precision']) }} as precision_group_id,
    {{ condition_key_without(['batch_size']) }} as batch_group_id,
    {{ condition_key_without(['sequence_length'], 'condition_without_length') }} as sequence_group_id,
    {{ condition_key_without(['mode']) }} as mode_group_id
from unseen
