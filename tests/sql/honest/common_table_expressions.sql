-- name: one
with ok as (select * from fct_results where status = 'ok') select count(*) from ok

-- name: several, one on the other
with a as (from fct_results), b as (select model_id, count(*) as n from a group by 1) select max(n) from b

-- name: materialised
with a as materialized (select count(*) as n from fct_results) select x.n, y.n from a x, a y

-- name: named as a mart
with series as (select 1 as a) from series

-- name: with names for the columns
with a(x, y) as (select 1, 2) select x + y from a

-- name: inside a subquery
select * from (with a as (select 1 as x) from a)

-- name: recursive, to ten
with recursive n as (select 1 as i union all select i + 1 from n where i < 10) select sum(i) from n

-- name: recursive, over days
with recursive d as (select date '2026-01-01' as day union all select day + 1 from d where day < date '2026-01-10') select count(*) from d

-- name: recursive, with a key
with recursive t(a, b) using key (a) as (select 1, 1 union select a, b + 1 from t where b < 3) from t

-- name: a calendar of gaps
with days as (select range::date as day from range(timestamp '2026-01-01', timestamp '2026-01-05', interval 1 day)) select day, count(event_id) from days left join fct_results on occurred_at::date = day group by day order by day
