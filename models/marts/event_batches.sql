{{ config(materialized='view') }}

select
    log_file,
    kind,
    recorded_date
from {{ ref('stg_event_log__files') }}
