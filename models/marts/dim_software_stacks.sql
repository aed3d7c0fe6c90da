{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
    )
}}

with unseen as (

    select distinct
        software_stack_id,
        runtime,
        runtime_version,
        compute_platform,
        compute_platform_version,
        driver_version,
        {{ version_order('runtime_version') }} as runtime_version_order
    from {{ ref('int_results_identified') }}
    where
        {{ is_from_current_build() }}
    {% if is_incremental() %}
        and software_stack_id not in (select this.software_stack_id from {{ this }} as this)
    {% endif %}

)

select * from unseen
