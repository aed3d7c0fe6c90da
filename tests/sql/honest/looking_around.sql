-- name: show tables
show tables

-- name: describe a mart
describe fct_results

-- name: desc
desc series

-- name: describe a query
describe select model_id, count(*) from fct_results group by 1

-- name: columns from describe
select column_name from (describe fct_results) where column_type = 'UUID'

-- name: summarize a mart
summarize series

-- name: summarize a query
summarize select value from fct_measurements

-- name: explain
explain select count(*) from fct_results

-- name: explain analyze
explain analyze select count(*) from fct_results

-- name: explain with a format
explain (format json) select 1

-- name: explain a pivot
explain pivot series on metric using count(*)

-- name: explain a query in parentheses
explain (select 1)

-- name: names of marts
select table_name from information_schema.tables where table_schema = 'main'

-- name: names of columns
select table_name, data_type from information_schema.columns where column_name = 'model_id'

-- name: the version of DuckDB
select version()
