-- name: query runs text
-- says: query is not allowed
from query('select 1')

-- name: query reads a lower layer
-- says: query is not allowed
from query('from staging.stg_event_log__files')

-- name: query with a schema before it
-- says: query is not allowed
from main.query('drop table series')

-- name: query_table reads any table
-- says: query_table is not allowed
from query_table('staging.stg_event_log__files')

-- name: query_table reads a list
-- says: query_table is not allowed
from query_table(['series', 'dim_models'])

-- name: serialised sql
-- says: json_execute_serialized_sql is not allowed
from json_execute_serialized_sql(json_serialize_sql('select 1'))

-- name: a plan of text
-- says: json_serialize_plan is not allowed
select json_serialize_plan('from staging.stg_event_log__files')

-- name: a sequence
-- says: nextval is not allowed
select nextval('s')

-- name: a sequence's last value
-- says: currval is not allowed
select currval('s')

-- name: a value given to a sequence
-- says: setval is not allowed
select setval('s', 1)

-- name: sleep
-- says: sleep_ms is not allowed
select sleep_ms(100000)

-- name: sleep as in Postgres
-- says: pg_sleep is not allowed
select pg_sleep(100)

-- name: scan memory by address
-- says: arrow_scan is not allowed
from arrow_scan(1, 2, 3)

-- name: scan an object of Python
-- says: pandas_scan is not allowed
from pandas_scan(140000000000)

-- name: scan an arrow object of Python
-- says: python_arrow_scan is not allowed
from python_arrow_scan(1, 2, 3)

-- name: call Python
-- says: python_map_function is not allowed
from python_map_function(1, 2)

-- name: scan a table without its name
-- says: seq_scan is not allowed
from seq_scan()

-- name: every type there is
-- says: test_all_types is not allowed
from test_all_types()

-- name: a function that there is not
-- says: no_such_function
select no_such_function(1)

-- name: a file reader as a value
-- says: read_text is not allowed
select read_text('/etc/passwd')

-- name: an alias of a variable of the program
-- says: is not a mart
from connection
