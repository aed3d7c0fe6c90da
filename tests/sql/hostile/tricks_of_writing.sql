-- name: a comment inside a keyword
-- says: not valid SQL
dr/**/op table series

-- name: a comment between keywords
-- says: drop is not a query
drop/**/table/**/series

-- name: a line comment between keywords
-- says: drop is not a query
drop -- x
 table series

-- name: a hint comment as in MySQL
-- says: there is no statement
/*! drop table series */

-- name: a comment that ends early
-- says: drop is not a query
/* select 1; */ drop table series

-- name: a nested comment
-- says: drop is not a query
/* /* */ select 1 */ drop table series

-- name: a line comment that a carriage return ends
-- says: 2 statements
select 1 --{U+000D}; drop table series

-- name: capitals
-- says: drop is not a query
DROP TABLE SERIES

-- name: mixed letters
-- says: delete is not a query
DeLeTe FrOm series

-- name: tabs and line feeds
-- says: delete is not a query
	
delete
	from series

-- name: a no-break space
-- says: drop is not a query
drop{U+00A0}table series

-- name: an ideographic space
-- says: drop is not a query
drop{U+3000}table{U+3000}series

-- name: a zero-width space
-- says: drop is not a query
drop{U+200B} table series

-- name: a byte order mark
-- says: drop is not a query
{U+FEFF}drop table series

-- name: full-width letters
-- says: not valid SQL
{U+FF24}{U+FF32}{U+FF2F}{U+FF30} table series

-- name: a Cyrillic letter in a mart's name
-- says: is not a mart
from s{U+0435}ries

-- name: a Cyrillic letter in a keyword
-- says: not valid SQL
s{U+0435}lect 1

-- name: a full-width semicolon
-- says: not valid SQL
select 1{U+FF1B} drop table series

-- name: a Greek question mark for a semicolon
-- says: not valid SQL
select 1{U+037E} drop table series

-- name: an override of the direction of writing
-- says: not valid SQL
select 1; {U+202E}drop table series

-- name: a soft hyphen in a name
-- says: is not a mart
from ser{U+00AD}ies

-- name: a combining mark in a name
-- says: is not a mart
from series{U+0301}

-- name: a zero character
-- says: 2 statements
select 1{U+0000}; drop table series

-- name: half a surrogate
-- says: not valid SQL
select '{U+D800}'

-- name: a file reader with a full-width parenthesis
-- says: not valid SQL
from read_csv{U+FF08}'/etc/passwd'{U+FF09}

-- name: a file's name with a zero character
-- says: is not a mart: no file
from '/etc/passwd{U+0000}.csv'

-- name: a file's name in unicode escapes
-- says: not valid SQL
from U&'\002Fetc\002Fpasswd'

-- name: a name in unicode escapes
-- says: not valid SQL
from U&"\0073eries"

-- name: a file's name as an escape string
-- says: not valid SQL
from e'\x2fetc\x2fpasswd'

-- name: a name with a quote inside
-- says: is not a mart
from "series""; drop table series; --"

-- name: a name in square brackets, as in SQL Server
-- says: not valid SQL
from [series]

-- name: an unfinished string
-- says: not valid SQL
select 'a

-- name: an unfinished comment
-- says: not valid SQL
select 1 /* a

-- name: an unfinished dollar string
-- says: not valid SQL
select $$a

-- name: a single quote too many
-- says: not valid SQL
select 'a''

-- name: explain of an explain
-- says: not valid SQL
explain explain select 1

-- name: explain of a delete
-- says: delete is not a query
explain delete from series

-- name: explain analyze of a delete
-- says: delete is not a query
explain analyze delete from series

-- name: explain analyze with comments between
-- says: delete is not a query
explain/**/analyze/**/delete from series

-- name: explain with options, of a delete
-- says: delete is not a query
explain (analyze, format json) delete from series

-- name: explain of an attach
-- says: not valid SQL
explain attach 'x.db'

-- name: explain of a copy
-- says: copy is not a query
explain analyze copy series to 'x.csv'

-- name: explain of a create
-- says: create is not a query
explain create table mine as select 1

-- name: a pivot that is inserted
-- says: cannot be checked
insert into series pivot series on metric using count(*)

-- name: a pivot that is made a table
-- says: create is not a query
create table mine as pivot series on metric using count(*)

-- name: a pivot that is made a temporary table
-- says: create is not a query
create temp table mine as pivot series on metric using count(*)

-- name: a pivot that is copied
-- says: copy is not a query
copy (pivot series on metric using count(*)) to 'x.csv'

-- name: a describe of a delete
-- says: not valid SQL
describe delete from series

-- name: a select that deletes
-- says: not valid SQL
select * from (delete from series)
