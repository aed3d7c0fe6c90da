-- name: quantiles
select metric, quantile_cont(value, [0.05, 0.5, 0.95]) from fct_measurements group by metric

-- name: a filter on an aggregate
select count(*) filter (where status = 'failed') / count(*) as failed from fct_results

-- name: arg_max
select model_id, arg_max(hardware_id, value) as fastest from fct_measurements where metric = 'throughput' and basis = 'measured' group by all

-- name: the three largest
select metric, max(value, 3) from fct_measurements group by metric

-- name: a geometric mean
select geomean(advantage) from hardware_comparisons where metric = 'throughput'

-- name: a regression
select regr_slope(value, point_number), corr(value, point_number) from series_points where metric = 'throughput'

-- name: spread
select metric, stddev_samp(value) / avg(value) as cv, mad(value) from series_points group by metric

-- name: rollup
select family, mode, count(*) from compatibility_matrix group by rollup (family, mode) order by all

-- name: cube
select family, mode, count(*) from compatibility_matrix group by cube (family, mode)

-- name: grouping sets
select mode, precision, grouping(mode) from compatibility_matrix group by grouping sets ((mode), (precision), ())

-- name: a day
select date_trunc('day', occurred_at) as day, count(*) from fct_results group by day order by day

-- name: a bucket of time
select time_bucket(interval '12 hours', occurred_at), count(*) from fct_results group by 1 order by 1

-- name: an age
select max(current_timestamp - recorded_at) is not null from fct_results

-- name: a week and an hour
select week(occurred_at), hour(occurred_at), strftime(occurred_at, '%Y-%m') from fct_results limit 2

-- name: another time zone
select occurred_at at time zone 'Europe/Berlin' from fct_results limit 2

-- name: a cast that may fail
select try_cast(runtime_version as integer), cast(batch_size as varchar) from fct_results limit 2

-- name: words
select upper(model_id), split_part(runtime_version, '.', 1), printf('%.2f', 1.234), format('{} {}', 1, 2) from fct_results limit 2

-- name: approximate counts
select approx_count_distinct(event_id), approx_quantile(value, 0.5) from fct_measurements

-- name: a random sample
select setseed(0.5), random() > 2 as never

-- name: a bar
select model_id, bar(count(*), 0, 20, 10) from fct_results group by model_id

-- name: a digest
select md5(string_agg(event_id::varchar, '' order by event_id)) from fct_results

-- name: nearest names
select subject, levenshtein(subject, 'resnet5') as d from fct_results group by all order by d limit 3

-- name: a bootstrap of the median
with draws as (select d.range as draw, list_extract(l, 1 + (hash(d.range, i.range) % len(l))::int) as x from (select list(value) as l from series_points where metric = 'throughput'), range(50) d, range(20) i) select quantile_cont(m, [0.025, 0.975]) from (select draw, median(x) as m from draws group by draw)
