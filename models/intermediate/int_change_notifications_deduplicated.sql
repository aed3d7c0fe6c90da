{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

{{ newly_recorded(ref('stg_event_log__change_notifications')) }}
