-- name: a rank
select model_id, value, rank() over (partition by metric order by value desc) as place from fct_measurements

-- name: the row before
select model_id, value, value - lag(value) over (partition by comparability_id, metric order by point_number) as change from series_points

-- name: the first and the last
select first_value(value) over w, last_value(value) over w from series_points window w as (partition by comparability_id, metric order by point_number)

-- name: a running sum
select sum(1) over (order by occurred_at rows unbounded preceding) as n from fct_results

-- name: a moving median
select median(value) over (partition by comparability_id, metric order by point_number rows between 2 preceding and current row) from series_points

-- name: a range of time
select count(*) over (order by occurred_at range between interval 1 day preceding and current row) from fct_results

-- name: without the row itself
select avg(value) over (partition by metric rows between unbounded preceding and unbounded following exclude current row) from series_points

-- name: ntile and percent_rank
select ntile(4) over (order by value), percent_rank() over (order by value), cume_dist() over (order by value) from series_points

-- name: qualify
select model_id, hardware_id, value from fct_measurements where metric = 'throughput' qualify row_number() over (partition by model_id order by value desc) = 1

-- name: qualify by an alias
select *, dense_rank() over (order by score desc) as place from compatibility_matrix qualify place <= 2

-- name: a filter in a window
select count(*) filter (status = 'failed') over (partition by model_id) from fct_results

-- name: nulls ignored
select last_value(error_class ignore nulls) over (order by recorded_at) from fct_results

-- name: islands and gaps
select status, count(*) from (select status, row_number() over (order by event_id) - row_number() over (partition by status order by event_id) as island from fct_results) group by status, island
