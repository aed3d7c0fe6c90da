-- name: attach a file
-- says: attach is not a query
attach 'x.db'

-- name: attach for writing
-- says: attach is not a query
attach 'x.db' as other (read_only false)

-- name: attach over the web
-- says: attach is not a query
attach 'https://example.invalid/x.db' as other

-- name: attach the warehouse itself
-- says: attach is not a query
attach 'warehouse.duckdb' as again

-- name: attach memory
-- says: attach is not a query
attach ':memory:' as scratch

-- name: detach
-- says: detach is not a query
detach warehouse

-- name: copy to a file
-- says: copy is not a query
copy series to 'x.csv'

-- name: copy a query to a file
-- says: copy is not a query
copy (from series) to 'x.parquet' (format parquet)

-- name: copy to a device
-- says: copy is not a query
copy series to '/dev/stdout'

-- name: copy from a file
-- says: copy is not a query
copy series from 'x.csv'

-- name: copy a whole database
-- says: is not a query
copy from database warehouse to other

-- name: export the database
-- says: export is not a query
export database 'x'

-- name: import a database
-- says: is not a query
import database 'x'

-- name: read a csv file
-- says: read_csv is not allowed
from read_csv('/etc/passwd')

-- name: read a csv file by its older name
-- says: read_csv_auto is not allowed
select * from read_csv_auto('/etc/passwd', delim = ':')

-- name: read text
-- says: read_text is not allowed
select content from read_text('/etc/passwd')

-- name: read bytes
-- says: read_blob is not allowed
select content from read_blob('/etc/shadow')

-- name: read json
-- says: read_json is not allowed
from read_json('x.json')

-- name: read json lines
-- says: read_ndjson is not allowed
from read_ndjson('x.jsonl')

-- name: read json objects
-- says: read_json_objects is not allowed
from read_json_objects('*.json')

-- name: read parquet
-- says: read_parquet is not allowed
from read_parquet('events/**/*.parquet')

-- name: read parquet by its other name
-- says: parquet_scan is not allowed
from parquet_scan('x.parquet')

-- name: read what a parquet file says of itself
-- says: parquet_metadata is not allowed
from parquet_metadata('x.parquet')

-- name: read a parquet schema
-- says: parquet_schema is not allowed
from parquet_schema('x.parquet')

-- name: read keys of a parquet file
-- says: parquet_kv_metadata is not allowed
from parquet_kv_metadata('x.parquet')

-- name: read another database
-- says: read_duckdb is not allowed
from read_duckdb('x.duckdb')

-- name: sniff a csv file
-- says: sniff_csv is not allowed
from sniff_csv('/etc/passwd')

-- name: list a folder
-- says: glob is not allowed
from glob('/*')

-- name: list a folder in a subquery
-- says: glob is not allowed
select (select count(*) from glob('/home/*/.ssh/*'))

-- name: a file as a table
-- says: is not a mart: no file
from '/etc/passwd'

-- name: a file as a quoted table
-- says: is not a mart: no file
select * from "/etc/passwd"

-- name: a csv file as a table
-- says: is not a mart: no file
from 'x.csv'

-- name: a compressed file as a table
-- says: is not a mart: no file
from 'x.csv.gz'

-- name: a parquet file as a table
-- says: is not a mart: no file
from 'x.parquet'

-- name: a pattern of files as a table
-- says: is not a mart: no file
from '*.parquet'

-- name: a file over the web as a table
-- says: is not a mart: no file
from 'https://example.invalid/x.parquet'

-- name: a bucket as a table
-- says: is not a mart: no file
from 's3://bucket/x.parquet'

-- name: a share of a Windows machine as a table
-- says: is not a mart: no file
from '\\server\share\x'

-- name: a file above the folder as a table
-- says: is not a mart: no file
from '../../secrets.txt'

-- name: a file in a join
-- says: is not a mart: no file
from series join 'x.csv' using (model_id)

-- name: a file in an in clause
-- says: is not a mart: no file
select * from series where model_id in (from 'x.csv')

-- name: a file reader in a lateral join
-- says: read_text is not allowed
from series, lateral (select * from read_text(series.model_id))

-- name: a file reader in a cte
-- says: read_csv is not allowed
with a as (from read_csv('/etc/passwd')) select count(*) from a

-- name: a file reader in a where clause
-- says: read_text is not allowed
from series where exists (select 1 from read_text('/etc/passwd') where content like '%root%')

-- name: a file reader in one arm of a union
-- says: read_csv is not allowed
select model_id from series union all select * from read_csv('/etc/passwd')

-- name: a file reader with a schema before it
-- says: read_csv is not allowed
from main.read_csv('/etc/passwd')

-- name: a file reader with a quoted name
-- says: read_csv is not allowed
from "read_csv"('/etc/passwd')

-- name: a file reader in odd letters
-- says: read_csv is not allowed
from ReAd_CsV('/etc/passwd')

-- name: a file reader under explain analyze
-- says: read_csv is not allowed
explain analyze from read_csv('/etc/passwd')

-- name: a file reader under describe
-- says: is not a mart: no file
describe from 'x.csv'

-- name: a file reader under summarize
-- says: read_csv is not allowed
summarize from read_csv('/etc/passwd')

-- name: a file reader in a pivot
-- says: is not a mart: no file
pivot 'x.csv' on a using count(*)

-- name: a file reader in a pivot, as a function
-- says: read_csv is not allowed
with p as (pivot read_csv('x.csv') on a using count(*)) from p

-- name: a file reader with positional joins
-- says: read_csv is not allowed
from series positional join read_csv('/etc/passwd')

-- name: a log of DuckDB
-- says: duckdb_logs is not allowed
from duckdb_logs()

-- name: temporary files
-- says: duckdb_temporary_files is not allowed
from duckdb_temporary_files()
