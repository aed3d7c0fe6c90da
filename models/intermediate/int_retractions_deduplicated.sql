{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
    )
}}

with arrived as (

    {{ first_of_each_event(ref('stg_event_log__retractions')) }}

)

{{ unknown_or_earlier('arrived') }}
