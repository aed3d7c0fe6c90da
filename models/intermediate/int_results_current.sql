{{ config(materialized='view') }}

{# Results that are not retracted, of runs that no other result tells of: what the wide marts show. #}

select *
from {{ ref('int_results_identified') }}
where
    event_id not in (select event_id from {{ ref('int_results_retracted') }})
    and is_run_of_its_own
