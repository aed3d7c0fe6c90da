-- name: set a setting
-- says: set is not a query
set threads = 1

-- name: set for everybody
-- says: set is not a query
set global memory_limit = '100GB'

-- name: allow files again
-- says: set is not a query
set enable_external_access = true

-- name: unlock the configuration
-- says: set is not a query
set lock_configuration = false

-- name: set a variable
-- says: set is not a query
set variable x = 1

-- name: reset
-- says: set is not a query
reset memory_limit

-- name: change the schema
-- says: set is not a query
use staging

-- name: change the search path
-- says: set is not a query
set search_path = 'staging'

-- name: a pragma that reads
-- says: is not a query
pragma database_list

-- name: a pragma that sets
-- says: is not a query
pragma enable_object_cache

-- name: a pragma that profiles
-- says: is not a query
pragma enable_profiling

-- name: a pragma with a value
-- says: is not a query
pragma memory_limit = '1TB'

-- name: install an extension
-- says: is not a query
install httpfs

-- name: install from elsewhere
-- says: is not a query
install httpfs from 'http://example.invalid'

-- name: force an install
-- says: is not a query
force install spatial

-- name: load an extension
-- says: load is not a query
load httpfs

-- name: load a library
-- says: load is not a query
load '/tmp/evil.duckdb_extension'

-- name: update extensions
-- says: is not a query
update extensions

-- name: call a function
-- says: call is not a query
call pragma_version()

-- name: call for logs
-- says: call is not a query
call enable_logging('QueryLog')

-- name: prepare
-- says: prepare is not a query
prepare p as select 1

-- name: execute
-- says: execute is not a query
execute p

-- name: deallocate
-- says: is not a query
deallocate p

-- name: read a setting
-- says: current_setting is not allowed
select current_setting('access_mode')

-- name: read all settings
-- says: duckdb_settings is not allowed
from duckdb_settings()

-- name: read all settings as a view
-- says: duckdb_settings is not a mart
from duckdb_settings

-- name: read secrets
-- says: duckdb_secrets is not allowed
from duckdb_secrets()

-- name: read which secret fits
-- says: which_secret is not allowed
from which_secret('s3://x', 's3')

-- name: read variables
-- says: duckdb_variables is not allowed
from duckdb_variables()

-- name: read a variable
-- says: getvariable is not allowed
select getvariable('x')

-- name: read the environment
-- says: getenv is not allowed
select getenv('HOME')

-- name: read extensions
-- says: duckdb_extensions is not allowed
from duckdb_extensions()

-- name: read the size of the database
-- says: pragma_database_size is not allowed
from pragma_database_size()

-- name: read the storage
-- says: pragma_storage_info is not allowed
from pragma_storage_info('series')

-- name: turn logging on by a table function
-- says: enable_logging is not allowed
from enable_logging()

-- name: write to the log
-- says: write_log is not allowed
select write_log('x')

-- name: checkpoint by a table function
-- says: checkpoint is not allowed
from checkpoint()

-- name: show variables
-- says: is not
show variables

-- name: show all settings
-- says: is not
show settings

-- name: kill nothing: there is no such statement
-- says: not valid SQL
kill 1

-- name: grant: there is no such statement
-- says: not valid SQL
grant all on series to public

-- name: a shell command
-- says: not valid SQL
.shell rm -rf /

-- name: a client's command
-- says: not valid SQL
.read x.sql
