{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
    )
}}

with unseen as (

    select *
    from {{ ref('int_results_identified') }}
    where
        {{ is_from_current_build() }}
    {% if is_incremental() %}
        and comparability_id not in (select this.comparability_id from {{ this }} as this)
    {% endif %}

),

conditions as (

    select
        comparability_id,
        any_value(workload_id) as workload_id,
        any_value(model_id) as model_id,
        any_value(hardware_id) as hardware_id,
        any_value(subject_kind) as subject_kind,
        any_value(case when subject_kind = 'test' then subject end) as test_name,
        any_value(mode) as mode,
        any_value(phase) as phase,
        any_value(device_kind) as device_kind,
        any_value(device_count) as device_count,
        any_value(runtime) as runtime,
        any_value(compute_platform) as compute_platform,
        any_value(compiler) as compiler,
        any_value(precision) as precision,
        any_value(memory_format) as memory_format,
        any_value(batch_size) as batch_size,
        any_value(sequence_length) as sequence_length,
        any_value(image_size) as image_size,
        any_value(parameter_count) as parameter_count,
        any_value(condition) as condition
    from unseen
    group by comparability_id

)

select * from conditions
