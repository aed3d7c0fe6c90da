-- name: one number
select 1

-- name: a select list
select model_id, hardware_id, status from fct_results limit 5

-- name: from first
from series limit 3

-- name: from first, with columns
from fct_results select distinct model_id order by all

-- name: a table statement
table dim_metrics

-- name: values
values (1, 'a'), (2, 'b')

-- name: a semicolon at the end
select count(*) from fct_results;

-- name: a comment before
-- how many?
select count(*) from fct_results

-- name: a comment after
select count(*) from fct_results -- how many?

-- name: a semicolon and a comment after
select count(*) from fct_results; -- how many?

-- name: a block comment between
select /* all */ count(*) /* of them */ from fct_results

-- name: a string with a semicolon
select 'a;b' as t

-- name: a string with a comment
select '-- drop table series' as t, '/* x */' as u

-- name: a string with words of writing
select count(*) from fct_results where error_message like '%delete from series%'

-- name: a column named like a keyword
select 1 as "delete", 2 as "drop"

-- name: words of other scripts
select 'größer' as "Größe", '速度' as "名前"

-- name: a no-break space between words
select{U+00A0}1

-- name: the schema named
select count(*) from main.fct_results

-- name: database and schema named
select count(*) from warehouse.main.fct_results

-- name: a name in backticks
from `series`

-- name: a name in double quotes
from "fct_results" select "model_id" limit 1

-- name: capitals
SELECT COUNT(*) FROM FCT_RESULTS

-- name: star without a column
select * exclude (samples, warmup_samples) from fct_measurements limit 2

-- name: star with a column replaced
select * replace (value * 1000 as value) from fct_measurements limit 2

-- name: star with a column renamed
select * rename (value as number) from fct_measurements limit 2

-- name: columns by a pattern
select columns('.*_id') from series limit 2

-- name: columns by a lambda
select columns(lambda c: c like '%count%') from compatibility_matrix limit 2

-- name: an alias used again
select value * 1000 as ms, ms / 2 as half from fct_measurements where metric = 'latency_mean' limit 3

-- name: an alias before the expression
select ms: value * 1000 from fct_measurements where metric = 'latency_mean' limit 3

-- name: a condition on null
select count(*) from fct_results where error_class is distinct from 'out_of_memory'

-- name: between and in
select count(*) from fct_results where batch_size between 1 and 64 and precision in ('fp32', 'bf16')

-- name: like and a regular expression
select distinct subject from fct_results where subject ilike 'vit%' or regexp_matches(subject, '^res')

-- name: case
select case when status = 'ok' then 1 else 0 end as good from fct_results limit 3

-- name: a limit in per cent
from fct_results select event_id limit 10%

-- name: a sample
select count(*) from (from fct_measurements using sample 50 percent (bernoulli, 7))

-- name: order with nulls
select model_id, score from compatibility_matrix order by score desc nulls last, model_id limit 5

-- name: group by all
select status, basis, count(*) from fct_results group by all order by all

-- name: group by ordinals
select status, count(*) from fct_results group by 1 order by 2 desc

-- name: having
select model_id, count(*) as n from fct_results group by model_id having n > 1

-- name: distinct on
select distinct on (model_id) model_id, value from fct_measurements where metric = 'throughput' order by model_id, value desc
