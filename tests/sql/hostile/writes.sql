-- name: drop a mart
-- says: drop is not a query
drop table fct_results

-- name: drop a view
-- says: drop is not a query
drop view if exists series cascade

-- name: drop a schema
-- says: drop is not a query
drop schema staging cascade

-- name: delete all rows
-- says: delete is not a query
delete from series

-- name: delete with a condition that reads
-- says: delete is not a query
delete from series where model_id in (select model_id from dim_models)

-- name: delete using a join
-- says: delete is not a query
delete from series using dim_models where series.model_id = dim_models.model_id

-- name: delete and return
-- says: delete is not a query
delete from series returning *

-- name: truncate
-- says: delete is not a query
truncate series

-- name: insert values
-- says: insert is not a query
insert into dim_metrics values ('x', 'x', 'higher', true, 'x')

-- name: insert from a query
-- says: insert is not a query
insert into series from series

-- name: insert or replace
-- says: insert is not a query
insert or replace into dim_metrics by name select * from dim_metrics

-- name: insert on conflict
-- says: insert is not a query
insert into dim_metrics from dim_metrics on conflict do nothing

-- name: update
-- says: update is not a query
update fct_measurements set value = 0

-- name: update from a join
-- says: update is not a query
update series set median_value = 1 from dim_models where dim_models.model_id = series.model_id

-- name: merge
-- says: merge into is not a query
merge into series using dim_models on true when matched then delete

-- name: create a table
-- says: create is not a query
create table mine (a integer)

-- name: create a table from a query
-- says: create is not a query
create table mine as from series

-- name: create or replace a mart
-- says: create is not a query
create or replace table series as select 1 as a

-- name: create a temporary table
-- says: create is not a query
create temp table mine as select 1 as a

-- name: create a view
-- says: create is not a query
create view mine as select 1 as a

-- name: replace a mart by a view
-- says: create is not a query
create or replace view series as select 42 as a

-- name: create a temporary view that hides a mart
-- says: create is not a query
create temp view series as select 42 as a

-- name: create a macro
-- says: create is not a query
create macro f(a) as a + 1

-- name: create a table macro
-- says: create is not a query
create macro f() as table from staging.stg_event_log__files

-- name: create a macro that hides a function
-- says: create is not a query
create temp macro median(a) as 42

-- name: create a function
-- says: create is not a query
create function f(a) as a

-- name: create a schema
-- says: create is not a query
create schema mine

-- name: create a sequence
-- says: create is not a query
create sequence s

-- name: create a type
-- says: create is not a query
create type mood as enum ('a')

-- name: create an index
-- says: create is not a query
create index i on series (model_id)

-- name: create a secret
-- says: create is not a query
create secret (type s3, key_id 'x', secret 'y')

-- name: create a persistent secret
-- says: create is not a query
create persistent secret s (type s3, key_id 'x')

-- name: create a trigger
-- says: not valid SQL
create trigger t after insert on series for each row execute delete from series

-- name: alter a table
-- says: alter is not a query
alter table series add column a integer

-- name: rename a mart
-- says: alter is not a query
alter table series rename to mine

-- name: drop a column
-- says: alter is not a query
alter table series drop column metric

-- name: comment on a mart
-- says: alter is not a query
comment on table series is 'mine'

-- name: begin
-- says: transaction is not a query
begin transaction

-- name: commit
-- says: transaction is not a query
commit

-- name: rollback
-- says: transaction is not a query
rollback

-- name: vacuum
-- says: vacuum is not a query
vacuum

-- name: analyze
-- says: vacuum is not a query
analyze series

-- name: checkpoint
-- says: call is not a query
checkpoint

-- name: force a checkpoint
-- says: call is not a query
force checkpoint

-- name: select into is no DuckDB
-- says: not valid SQL
select * into mine from series
