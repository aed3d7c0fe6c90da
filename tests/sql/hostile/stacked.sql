-- name: two queries
-- says: 2 statements
select 1; select 2

-- name: a drop after a query
-- says: 2 statements
select 1; drop table series

-- name: a drop after a query, no space
-- says: 2 statements
select 1;drop table series

-- name: a drop before a query
-- says: 2 statements
drop table series; select 1

-- name: three statements
-- says: 3 statements
select 1; attach 'x.db'; select 2

-- name: a drop behind an empty statement
-- says: 2 statements
select 1;;; drop table series

-- name: a drop behind a comment
-- says: 2 statements
select 1; -- harmless
drop table series

-- name: a drop behind a block comment
-- says: 2 statements
select 1; /* harmless */ drop table series

-- name: a drop behind a string with a semicolon
-- says: 2 statements
select ';'; drop table series

-- name: a drop behind a dollar-quoted string
-- says: 2 statements
select $$;$$; drop table series

-- name: a drop behind a tagged dollar string
-- says: 2 statements
select $a$ ; $a$; drop table series

-- name: a drop behind a quote that is doubled
-- says: 2 statements
select 'it''s'; drop table series; --'

-- name: a drop behind an escape string
-- says: 2 statements
select e'\'; select 1'; drop table series; --

-- name: nothing
-- says: there is no statement


-- name: only space and semicolons
-- says: there is no statement
 ; ; 

-- name: only a comment
-- says: there is no statement
-- select 1

-- name: settings before a query
-- says: 2 statements
set threads = 1; select 1

-- name: a transaction around
-- says: 3 statements
begin; delete from series; commit

-- name: prepared and executed
-- says: 2 statements
prepare p as delete from series; execute p
