-- name: a cross join that counts
-- says: stopped after
select count(*) from range(1000000000) a, range(1000) b where a.range * b.range = 7

-- name: a cross join whose sides do not fit into memory, so that time or room ends first
-- says: stopped after|room on disk
select count(*) from range(1000000000) a, range(1000000000) b where a.range * b.range = 7

-- name: a cross join of marts with ranges
-- says: stopped after
select count(*) from fct_results a, fct_results b, range(10000000) c, range(100000) d where a.event_id < b.event_id and c.range + d.range = 3

-- name: an inequality join
-- says: stopped after
select count(*) from range(3000000) a join range(3000000) b on a.range < b.range and a.range % 7 < b.range % 11

-- name: a recursion without end
-- says: stopped after
with recursive r as (select 1 as i union all select i + 1 from r) select count(*) from r

-- name: a recursion that doubles
-- says: stopped after|out of memory|room on disk
with recursive r as (select 1 as i union all select i + 1 from r, range(2)) select count(*) from r

-- name: a recursion that grows a text
-- says: stopped after|out of memory|room on disk
with recursive r as (select 'x' as t union all select t || t from r) select max(length(t)) from r

-- name: a recursion that grows a list
-- says: stopped after|out of memory|room on disk
with recursive r as (select [1] as l union all select list_concat(l, l) from r) select max(len(l)) from r

-- name: common table expressions that square each other
-- says: stopped after|out of memory|room on disk
with a as (from range(1000)), b as (from a x, a y), c as (from b x, b y) select count(distinct hash(columns(*))) from c

-- name: a sum over a trillion numbers
-- says: stopped after
select sum(range % 7) from range(1000000000000)

-- name: a group of each of a billion
-- says: stopped after|out of memory|room on disk
select range, count(*) from range(3000000000) group by range order by 2 desc limit 1

-- name: distinct over a billion
-- says: stopped after|out of memory|room on disk
select count(*) from (select distinct hash(range) from range(3000000000))

-- name: a sort of a billion
-- says: stopped after|out of memory|room on disk
select * from range(3000000000) order by hash(range) limit 1 offset 2000000000

-- name: a window over a billion
-- says: stopped after|out of memory|room on disk
select max(n) from (select row_number() over (order by hash(range)) as n from range(3000000000))

-- name: a list of a billion
-- says: stopped after|out of memory|room on disk
select len(list(range)) from range(3000000000)

-- name: a text of a billion numbers
-- says: stopped after|out of memory|room on disk
select length(string_agg(range::varchar, ',')) from range(3000000000)

-- name: a median of a billion
-- says: stopped after|out of memory|room on disk
select median(range) from range(3000000000)

-- name: a histogram of a billion values
-- says: stopped after|out of memory|room on disk
select len(map_keys(histogram(range))) from range(3000000000)

-- name: an unnest of lists of lists
-- says: stopped after
select sum(a + b) from (select unnest(range(100000)) as a, unnest(range(100000)) as b), range(1000000) where a * range = 1

-- name: a regular expression over and over
-- says: stopped after
select count(*) from range(1000000000) where regexp_matches(repeat('a', 40) || range, '(a|aa|aaa)*b')

-- name: a digest over and over
-- says: stopped after
select count(distinct sha256(sha256(sha256(range::varchar)))) from range(10000000000) where range % 2 = 0

-- name: a pivot over many values
-- says: stopped after|out of memory|room on disk
pivot (select range % 90 as a, range as b from range(10000000000)) on a using sum(b)

-- name: an explain analyze of a cross join
-- says: stopped after
explain analyze select count(*) from range(1000000000) a, range(1000) b where a.range * b.range = 7

-- name: a summarize of a trillion
-- says: stopped after|out of memory|room on disk
summarize from range(1000000000000)

-- name: a sample of a trillion
-- says: stopped after
select count(*) from (from range(1000000000000) using sample 10 rows)

-- name: an exists for each of many
-- says: stopped after
select count(*) from range(100000000) a where exists (select 1 from range(100000000) b where b.range > a.range + 99999998)
