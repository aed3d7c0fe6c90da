{{ config(materialized='view') }}

{# The results that arrived with this build, each once. #}

{{ first_of_each_event(ref('stg_event_log__results')) }}
