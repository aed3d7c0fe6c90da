{{ config(materialized='view') }}

with counted as (

    select
        predictor,
        metric,
        case_name,
        date_trunc('month', measured_at)::date as month,
        count(*) as outcome_count,
        count(*) filter (where is_held) as held_count,
        count(*) filter (where error > 0) as too_high_count,
        avg(level) as level,
        median(abs(error)) as median_error,
        avg(abs(error)) as mean_error,
        median(error) as median_signed_error
    from {{ ref('prediction_outcomes') }}
    group by predictor, metric, case_name, month

),

{# Tails of binomial distributions, by the logarithms of their terms: powers of small numbers would vanish. #}
tested as (

    select
        *,
        list_sum(list_transform(
            range(held_count + 1),
            lambda k: exp(
                lgamma(outcome_count + 1) - lgamma(k + 1) - lgamma(outcome_count - k + 1)
                + k * ln(level) + (outcome_count - k) * ln(1 - level)
            )
        )) as coverage_chance,
        least(1, 2 * list_sum(list_transform(
            range(least(too_high_count, outcome_count - too_high_count) + 1),
            lambda k: exp(
                lgamma(outcome_count + 1) - lgamma(k + 1) - lgamma(outcome_count - k + 1)
                - outcome_count * ln(2)
            )
        ))) as bias_chance
    from counted

)

select
    predictor,
    metric,
    case_name,
    month,
    outcome_count,
    held_count,
    held_count / outcome_count as coverage,
    level,
    median_error,
    mean_error,
    median_signed_error,
    coverage_chance,
    bias_chance,
    coverage_chance < 0.01 or bias_chance < 0.01 as is_drifting
from tested
