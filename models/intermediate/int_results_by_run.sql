{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('run_id', ref('int_keys_touched')) }}",
    )
}}

select
    run_id,
    min(collector) as collector,
    min(source_uri) as source_uri,
    count(*) as result_count,
    count(*) filter (where status = 'ok') as ok_count,
    count(*) filter (where status = 'failed') as failed_count,
    count(*) filter (where basis != 'measured') as not_measured_count,
    min(occurred_at) as first_occurred_at,
    max(occurred_at) as last_occurred_at,
    min(recorded_at) as first_recorded_at,
    max(recorded_at) as last_recorded_at
from {{ ref('fct_results') }}
where
    run_id is not null
{% if is_incremental() %}
    and run_id in (select touched.run_id from {{ ref('int_keys_touched') }} as touched)
{% endif %}
group by run_id
