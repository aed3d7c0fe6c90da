{#
    The ledger: which batch files were taken in, and by which build. What is new is found by set difference, so a file
    of another writer that arrives late is not missed. Each file is checked against its own name when it is taken in.
#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
    )
}}

with listed as (

    select unnest(benchmart_log_files(), recursive := true)

),

unseen as (

    select
        log_file,
        kind,
        recorded_date
    from listed
    where log_file is not null
    {% if is_incremental() %}
        and log_file not in (select this.log_file from {{ this }} as this)
    {% endif %}

)

select
    log_file,
    benchmart_checked_path(log_file) as log_path,
    kind,
    recorded_date,
    {{ current_build() }} as build_number
from unseen
