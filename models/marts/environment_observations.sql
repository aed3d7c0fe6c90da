{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='append_new_columns',
    )
}}

with arrived as (

    {{ newly_recorded(ref('stg_event_log__environments')) }}

),

final as (

    select
        arrived.event_id,
        arrived.run_id,
        arrived.machine_id,
        arrived.python_version,
        arrived.python_implementation,
        arrived.os_name,
        arrived.os_version,
        arrived.kernel_version,
        arrived.container,
        arrived.git_commit,
        arrived.git_branch,
        arrived.git_is_dirty,
        arrived.packages,
        arrived.attributes,
        arrived.batch_id,
        arrived.occurred_at,
        arrived.recorded_at
    from arrived

)

select * from final
