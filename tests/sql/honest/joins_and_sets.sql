-- name: an inner join
select m.model_name, count(*) from fct_results r join dim_models m using (model_id) group by all

-- name: a left join with nothing on the other side
select h.hardware_id from dim_hardware h left join fct_results r using (hardware_id) where r.event_id is null limit 5

-- name: a full join
select count(*) from dim_models full join dim_hardware on false

-- name: a cross join
select count(*) from dim_metrics, dim_metrics as other

-- name: a self join
select count(*) from series a join series b on a.model_id = b.model_id and a.metric < b.metric

-- name: a semi join
select count(*) from dim_models semi join fct_results using (model_id)

-- name: an anti join
select count(*) from dim_models anti join fct_results using (model_id)

-- name: an asof join
from series_points a asof join series_points b on a.model_id = b.model_id and a.occurred_at >= b.occurred_at select count(*)

-- name: a lateral join
select s.metric, p.value from series s, lateral (select max(value) as value from series_points p where p.comparability_id = s.comparability_id and p.metric = s.metric) p limit 3

-- name: a positional join
select * from (values (1), (2)) a(x) positional join (values ('a'), ('b')) b(y)

-- name: a natural join
select count(*) from series natural join dim_models

-- name: a union
select model_id from series union select model_id from dim_models order by 1 limit 5

-- name: a union by name
(select 1 as a, 2 as b) union all by name (select 3 as b, 4 as c)

-- name: except
select model_id from dim_models except select model_id from fct_results order by 1 limit 3

-- name: intersect
select model_id from dim_models intersect select model_id from fct_results

-- name: a subquery in the select list
select model_id, (select count(*) from fct_results r where r.model_id = m.model_id) as n from dim_models m order by n desc limit 3

-- name: a subquery in from
select avg(n) from (select count(*) as n from fct_results group by model_id)

-- name: exists
select count(*) from dim_models m where exists (select 1 from fct_results r where r.model_id = m.model_id and r.status = 'failed')

-- name: in a subquery
select count(*) from fct_results where model_id in (select model_id from dim_models where family = 'vision')

-- name: any and all
select count(*) from series where median_value >= all (select median_value from series where metric = 'nothing')

-- name: a row of several columns in a subquery
select count(*) from series where (model_id, metric) in (select model_id, metric from series_points)
