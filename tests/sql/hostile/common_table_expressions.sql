-- name: a cte that deletes
-- says: delete is not a query
with gone as (delete from series returning *) select * from gone

-- name: a cte that inserts
-- says: insert is not a query
with new as (insert into dim_metrics select * from dim_metrics returning metric) from new

-- name: a cte that updates
-- says: update is not a query
with changed as (update series set median_value = 0 returning *) select count(*) from changed

-- name: a cte before a delete
-- says: delete is not a query
with a as (select 1) delete from series

-- name: a cte before an insert
-- says: insert is not a query
with a as (from series) insert into series from a

-- name: a cte before an update
-- says: update is not a query
with a as (select 1 as x) update series set median_value = a.x from a

-- name: a cte that deletes and is never read
-- says: delete is not a query
with gone as (delete from series returning *) select 1

-- name: a cte that deletes, two levels down
-- says: delete is not a query
with outside as (with gone as (delete from series returning *) from gone) from outside

-- name: a cte that deletes, in a subquery
-- says: delete is not a query
select (with gone as (delete from series returning 1 as a) select max(a) from gone)

-- name: a cte that deletes, in one arm of a union
-- says: delete is not a query
select 1 union all (with gone as (delete from series returning 1) from gone)

-- name: a materialised cte that deletes
-- says: delete is not a query
with gone as materialized (delete from series returning *) from gone

-- name: a cte that deletes under explain analyze
-- says: delete is not a query
explain analyze with gone as (delete from series returning *) from gone

-- name: a cte that deletes beside a pivot
-- says: delete is not a query
with gone as (delete from series returning *) from (pivot gone on metric using count(*))

-- name: a cte that deletes under summarize
-- says: delete is not a query
summarize with gone as (delete from series returning *) from gone

-- name: a recursive cte that deletes
-- says: not valid SQL
with recursive gone as (select 1 as a union all (delete from series returning 1)) from gone

-- name: a cte named as a mart, that reads a lower layer
-- says: is not a mart
with series as (from staging.stg_event_log__files) from series

-- name: a copy in a cte
-- says: copy is not a query
with a as (copy series to 'x.csv') select 1
