{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_quality_of_arrived() }}",
    )
}}

{#
    Where results break a rule of the seed `quality_rules`. A rule is about one result and its own numbers, so only what
    arrived is looked at. Every branch filters before it says anything: nearly all results break no rule.
#}

{# Of few rows one copy is made; of all of them a copy would not fit into memory. #}
{% set kept = 'materialized' if is_incremental() else 'not materialized' %}

with results as {{ kept }} (

    select * from {{ ref('int_results_identified') }}
    {% if is_incremental() %}
        where {{ is_from_current_build() }}
    {% endif %}

),

numbers as {{ kept }} (

    select * from {{ ref('int_measurements_normalized') }}
    {% if is_incremental() %}
        where {{ is_from_current_build() }}
        union all
        -- what an earlier copy of a known result says was taken in by an earlier build
        select *
        from {{ ref('int_measurements_normalized') }}
        where
            not {{ is_from_current_build() }}
            and event_id in (select results.event_id from results where results.is_known)
    {% endif %}

),

measured as {{ kept }} (

    select
        event_id,
        metric,
        unit,
        value,
        samples
    from numbers
    where
        status = 'ok'
        and basis = 'measured'
        and is_unit_known
        and isfinite(value)

),

peaks as (

    select
        hardware_id,
        greatest(fp32_flops, tf32_flops, fp16_flops, bf16_flops, fp8_flops, int8_ops) as peak
    from {{ ref('dim_hardware') }}

),

{# Rules about a result: its name, when it is broken, the value in question and what was expected. #}
{% set of_results = [
    [
        'sizes_are_positive',
        'least(batch_size, sequence_length, image_size, device_count, parameter_count) < 1',
        'least(batch_size, sequence_length, image_size, device_count, parameter_count)',
        "'at least 1'",
    ],
    [
        'happened_before_it_was_recorded',
        "occurred_at > recorded_at + interval 1 day",
        'null',
        "'no later than ' || strftime(recorded_at, '%Y-%m-%d') || ', when it was recorded; it says '
            || strftime(occurred_at, '%Y-%m-%d')",
    ],
    [
        'time_is_not_a_default',
        "occurred_at < timestamptz '1990-01-01 00:00:00+00'",
        'null',
        "'after 1990; it says ' || strftime(occurred_at, '%Y-%m-%d')",
    ],
    ['failure_says_why', "status = 'failed' and error_class is null", 'null', "'an error class'"],
    ['success_has_no_error', "status = 'ok' and error_class is not null", 'null', "'no error class ' || error_class"],
    [
        'untested_is_not_measured',
        "status in ('untested', 'skipped') and basis = 'measured'",
        'null',
        "'basis untested'",
    ],
    [
        'number_is_not_doubted',
        "basis = 'suspect'",
        'null',
        "'no doubt, but: ' || coalesce(basis_reason, 'no reason is stated')",
    ],
] %}
of_results as (

    {% for rule, broken, value, expected in of_results %}
    {{ "union all" if not loop.first }}
    select
        '{{ rule }}' as rule,
        event_id,
        cast(null as varchar) as metric,
        cast({{ value }} as double) as value,
        {{ expected }} as expected
    from results
    where {{ broken }}
    {% endfor %}

),

{# Rules about one number. #}
of_numbers as (

    select
        'value_is_finite' as rule,
        event_id,
        metric,
        value,
        'a finite number' as expected
    from numbers
    where value is null or not isfinite(value)

    union all

    select
        'unit_fits_metric' as rule,
        event_id,
        metric,
        coalesce(source_value_if_other, value) as value,
        'a known metric in a unit of its own, not ' || coalesce(source_unit, 'none') as expected
    from numbers
    where not is_unit_known

    union all

    select
        'value_is_in_range' as rule,
        measured.event_id,
        measured.metric,
        measured.value,
        if(ranges.may_be_zero, 'at least 0 ', 'above 0 ') || measured.unit as expected
    from measured
    inner join {{ ref('quality_ranges') }} as ranges
        on measured.metric = ranges.metric
    where
        measured.value <= 0
        and (measured.value < 0 or not ranges.may_be_zero)

    union all

    select
        'value_lies_among_its_samples' as rule,
        event_id,
        metric,
        value,
        'between ' || list_min(samples) || ' and ' || list_max(samples) || ' ' || unit as expected
    from measured
    where
        samples is not null
        and (
            suffix(metric, '_mean')
            or suffix(metric, '_p50')
            or suffix(metric, 'throughput')
        )
        and (
            value < list_min(samples) - 0.01 * abs(list_min(samples))
            or value > list_max(samples) + 0.01 * abs(list_max(samples))
        )

    union all

    {% for metric in ['memory_peak', 'memory_reserved_peak', 'memory_device_peak', 'memory_process_peak'] %}
    {{ "union all" if not loop.first }}
    select
        'memory_fits_device' as rule,
        results.event_id,
        '{{ metric }}' as metric,
        results.{{ metric }} as value,
        'at most '
        || cast(cast(hardware.memory_bytes as bigint) * coalesce(results.device_count, 1) as varchar)
        || ' byte, all there is' as expected
    from results
    inner join {{ ref('dim_hardware') }} as hardware
        on results.hardware_id = hardware.hardware_id
    where
        results.status = 'ok'
        and results.basis = 'measured'
        and isfinite(results.{{ metric }})
        and results.{{ metric }} > 1.1 * hardware.memory_bytes * coalesce(results.device_count, 1)
    {% endfor %}

),

{# Where the columns of a result show that two numbers are in disorder, or cannot show it: few. #}
perhaps_in_disorder as (

    select event_id
    from results
    where
        status = 'ok'
        and basis = 'measured'
        and (
            {%- for lower, uppers in metric_orders_in_columns().items() %}
            {{ "or " if not loop.first }}{{ lower }} > 1.01 * least({{ uppers | join(', ') }})
            {%- endfor %}
        )
    union
    select event_id
    from measured
    where
        metric in (
            {%- for metric in ordered_metrics_without_column() %}
            '{{ metric }}'{{ "," if not loop.last }}
            {%- endfor %}
        )

),

looked_at as materialized (

    select
        measured.event_id,
        measured.metric,
        measured.unit,
        measured.value
    from measured
    inner join perhaps_in_disorder
        on measured.event_id = perhaps_in_disorder.event_id

),

{# Rules about two numbers of one result. #}
of_pairs as (

    select
        'numbers_are_in_order' as rule,
        lower_ones.event_id,
        lower_ones.metric,
        lower_ones.value,
        'at most ' || upper_ones.metric || ', ' || upper_ones.value || ' ' || upper_ones.unit as expected
    from {{ ordered_pairs() }} as orders
    inner join looked_at as lower_ones
        on orders.lower_metric = lower_ones.metric
    inner join looked_at as upper_ones
        on
            orders.upper_metric = upper_ones.metric
            and lower_ones.event_id = upper_ones.event_id
    where lower_ones.value > 1.01 * upper_ones.value

    union all

    select
        'throughput_agrees_with_latency' as rule,
        event_id,
        'throughput' as metric,
        throughput as value,
        'about ' || batch_size / latency_mean || ' item/second: batch size ' || batch_size
        || ' in latency_mean ' || latency_mean || ' second' as expected
    from results
    where
        status = 'ok'
        and basis = 'measured'
        and coalesce(device_count, 1) = 1
        and batch_size > 0
        and isfinite(throughput)
        and isfinite(latency_mean)
        and abs(throughput * latency_mean - batch_size) > 0.1 * batch_size

    union all

    select
        'rate_is_within_the_hardware' as rule,
        results.event_id,
        'throughput' as metric,
        results.throughput as value,
        'at most ' || 4 * hardware.peak * coalesce(results.device_count, 1) / (2 * works.value)
        || ' item/second: four times the peak of the device' as expected
    from measured as works
    inner join results
        on works.event_id = results.event_id and works.metric = 'macs_per_item'
    inner join peaks as hardware
        on results.hardware_id = hardware.hardware_id
    where results.throughput * 2 * works.value > 4 * hardware.peak * coalesce(results.device_count, 1)

),

violations as (

    select * from of_results
    union all
    select * from of_numbers
    union all
    select * from of_pairs

)

select
    violations.rule,
    violations.event_id,
    violations.metric,
    violations.value,
    violations.expected,
    results.subject,
    results.model_id,
    results.hardware_id,
    results.collector,
    results.source_uri,
    results.source_locator,
    results.batch_id,
    results.recorded_at as first_seen_at,
    {{ current_build() }} as build_number
from violations
inner join results
    on violations.event_id = results.event_id
-- a result may break a rule in several ways, by one metric or against several
qualify row_number() over (
    partition by violations.rule, violations.event_id, violations.metric
    order by violations.value, violations.expected
) = 1
