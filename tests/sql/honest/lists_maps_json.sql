-- name: unnest samples
select event_id, unnest(samples) as sample from fct_measurements limit 5

-- name: unnest in from
select s.sample from fct_measurements m, unnest(m.samples) as s(sample) limit 5

-- name: unnest with positions
select generate_subscripts(samples, 1) as place, unnest(samples) as sample from fct_measurements limit 5

-- name: a list comprehension
select [x * 1000 for x in samples if x > 0] as ms from fct_measurements limit 3

-- name: a lambda
select list_transform(samples, lambda x: x / 2) from fct_measurements limit 3

-- name: a list aggregate
select list_median(samples), list_aggregate(samples, 'stddev_samp') from fct_measurements limit 3

-- name: list filter and sort
select list_sort(list_filter(samples, lambda x: x > 0.01)) from fct_measurements limit 3

-- name: list and struct
select model_id, list({'metric': metric, 'value': value} order by metric) from fct_measurements group by model_id

-- name: a map's value
select condition['threads'] as threads from dim_conditions limit 3

-- name: a map's entries
select unnest(map_entries(packages)) from dim_runs limit 3

-- name: a map's keys
select distinct unnest(map_keys(packages)) as key from dim_runs order by 1

-- name: a struct unpacked
select unnest({'a': 1, 'b': 2})

-- name: json made
select json_object('model', model_id, 'value', value) from fct_measurements limit 3

-- name: json of a row
select to_json(s) from series s limit 2

-- name: json read
select '{"a": [1, 2]}'::json->'a'->>1 as one

-- name: json by a path
select json_extract_string('{"a": {"b": 1}}', '$.a.b')

-- name: json each
select key, value from json_each('{"a": 1, "b": 2}')

-- name: json tree
select count(*) from json_tree('{"a": [1, {"b": 2}]}')

-- name: json with a schema
select from_json('{"a": 1}', '{"a": "INTEGER"}').a

-- name: json grouped
select json_group_array(model_id) from dim_models where has_results

-- name: a histogram
select histogram(status) from fct_results

-- name: rows made
select range from range(3)

-- name: rows of dates made
select unnest(generate_series(date '2026-01-01', date '2026-01-03', interval 1 day))
