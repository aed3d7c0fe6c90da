-- name: staging
-- says: is not a mart
from staging.stg_event_log__results

-- name: staging, quoted
-- says: is not a mart
from "staging"."stg_event_log__results"

-- name: staging, in other letters
-- says: is not a mart
from STAGING.Stg_Event_Log__Results

-- name: staging, with the database
-- says: is not a mart
from warehouse.staging.stg_event_log__results

-- name: intermediate
-- says: is not a mart
select * from intermediate.int_results_deduplicated

-- name: seeds
-- says: is not a mart
from reference.metrics

-- name: staging in a join
-- says: is not a mart
from series join staging.stg_event_log__results using (event_id)

-- name: staging in a subquery of the select list
-- says: is not a mart
select (select count(*) from staging.stg_event_log__results)

-- name: staging in an exists
-- says: is not a mart
from series where exists (from staging.stg_event_log__results)

-- name: staging in a having
-- says: is not a mart
select metric from series group by metric having count(*) > (select count(*) from staging.stg_event_log__results)

-- name: staging in an order
-- says: is not a mart
from series order by (select count(*) from staging.stg_event_log__results)

-- name: staging in a limit
-- says: is not a mart
from series limit (select count(*) from staging.stg_event_log__results)

-- name: staging in a qualify
-- says: is not a mart
from series qualify row_number() over () < (select count(*) from staging.stg_event_log__results)

-- name: staging in a lambda
-- says: is not a mart
select list_transform([1], lambda x: x + (select count(*) from staging.stg_event_log__results))

-- name: staging in a filter
-- says: is not a mart
select count(*) filter ((select true from staging.stg_event_log__results limit 1)) from series

-- name: staging in a values list
-- says: is not a mart
values ((select count(*) from staging.stg_event_log__results))

-- name: staging described
-- says: is not a mart
describe staging.stg_event_log__results

-- name: staging summarised
-- says: is not a mart
summarize staging.stg_event_log__results

-- name: staging pivoted
-- says: is not a mart
pivot staging.stg_event_log__files on kind using count(*)

-- name: staging explained
-- says: is not a mart
explain from staging.stg_event_log__results

-- name: staging as a table statement
-- says: is not a mart
table staging.stg_event_log__results

-- name: staging listed
-- says: is not a question
show tables from staging

-- name: all tables listed
-- says: is not a question
show all tables

-- name: the catalogue of Postgres
-- says: is not a mart
from pg_catalog.pg_class

-- name: the catalogue of SQLite
-- says: is not a mart
from sqlite_master

-- name: the catalogue of DuckDB
-- says: duckdb_tables is not allowed
from duckdb_tables()

-- name: views of DuckDB
-- says: duckdb_views is not a mart
select sql from duckdb_views

-- name: another database
-- says: is not a mart
from other.main.series

-- name: the system database
-- says: is not a mart
from system.information_schema.tables

-- name: temporary objects
-- says: is not a mart
from temp.main.series
