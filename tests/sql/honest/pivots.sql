-- name: a pivot over values of the data
pivot series on metric using first(median_value) group by model_id

-- name: a pivot with an order and a limit
pivot series on metric using count(*) group by model_id order by model_id limit 3

-- name: a pivot with values named
pivot series on metric in ('throughput', 'latency_mean') using max(median_value) group by model_id

-- name: a pivot of a query
pivot (select model_id, precision, score from compatibility_matrix) on precision using max(score)

-- name: a pivot in from
select * from (pivot compatibility_matrix on status using count(*) group by model_id)

-- name: a pivot in a cte
with p as (pivot compatibility_matrix on status using count(*) group by hardware_id) from p order by 1

-- name: a pivot as in the standard
from series pivot (max(median_value) for metric in ('throughput', 'latency_mean') group by model_id)

-- name: a pivot over two columns
pivot compatibility_matrix on mode, precision using count(*) group by model_id

-- name: a pivot with two values
pivot series on metric using min(min_value) as low, max(max_value) as high group by hardware_id

-- name: an unpivot
unpivot (select model_id, min_value, median_value, max_value from series) on min_value, median_value, max_value into name what value number

-- name: an unpivot over a pattern
unpivot (select series_id, columns('_value$') from series) on columns('_value$')

-- name: an unpivot as in the standard
from (select series_id, min_value, max_value from series) unpivot (number for what in (min_value, max_value))
