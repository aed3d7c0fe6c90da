-- The newest runs: what made them, how they went, and the commit and machine they ran on.
--
-- Parameters:
--   collector (text, optional): only what this collector recorded
--   rows (integer, default 20): most rows

select
    run_id,
    collector,
    result_count,
    ok_count,
    failed_count,
    not_measured_count,
    machine_id,
    python_version,
    git_commit,
    coalesce(last_occurred_at, last_recorded_at) as ended_at,
    source_uri
from dim_runs
where getvariable('collector') is null or collector = getvariable('collector')
order by ended_at desc, run_id asc
limit getvariable('rows')
