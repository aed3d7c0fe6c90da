{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ forget_touched('comparability_id', ref('int_keys_touched')) }}",
    )
}}
-- depends_on: {{ ref('int_keys_touched') }}

{#
    What the detectors say of every series they were asked about, with the events, versions and commits that their places in
    the series stand for. Only the series of this build are judged anew; the verdicts on others stay.
#}

select
    series.series_id,
    series.comparability_id,
    series.metric,
    verdicts.detector,
    verdicts.point_count,
    verdicts.insufficient,
    verdicts.trend,
    verdicts.slope,
    verdicts.slope_low,
    verdicts.slope_high,
    verdicts.spread,
    list_transform(
        verdicts.change_points,
        lambda change:
        struct_pack(
            event_id := series.points[change.index + 1].event_id,
            metric_position := series.points[change.index + 1].metric_position,
            point_number := series.points[change.index + 1].point_number,
            previous_event_id := series.points[change.previous + 1].event_id,
            previous_point_number := series.points[change.previous + 1].point_number,
            before := change.before,
            after := change.after,
            effect := change.effect,
            low := change.low,
            high := change.high,
            p_value := change.p_value,
            points_before := change.points_before,
            points_after := change.points_after,
            verdict := change.verdict,
            found_by := change.found_by,
            -- the detector tells it only of series that were measured in several
            environment := series.points[change.index + 1].environment,
            {%- for field in ('runtime_version', 'commit_id', 'occurred_at', 'committed_at') %}
            previous_{{ field }} := series.points[change.previous + 1].{{ field }},
            {{ field }} := series.points[change.index + 1].{{ field }},
            {%- endfor %}
            runtime_versions_between := {{ told_between(
                'series.points', '(change.previous + 1)', '(change.index + 1)', 'runtime_version'
            ) }},
            commits_between := {{ told_between(
                'series.points', '(change.previous + 1)', '(change.index + 1)', 'commit_id'
            ) }}
        )
    ) as changes,
    list_transform(
        verdicts.outliers,
        lambda place:
        struct_pack(
            event_id := series.points[place + 1].event_id,
            metric_position := series.points[place + 1].metric_position,
            point_number := series.points[place + 1].point_number,
            value := series.points[place + 1].value,
            environment := series.points[place + 1].environment,
            runtime_version := series.points[place + 1].runtime_version,
            commit_id := series.points[place + 1].commit_id,
            occurred_at := series.points[place + 1].occurred_at,
            committed_at := series.points[place + 1].committed_at
        )
    ) as outliers
from {{ ref('int_series_judged') }} as verdicts
inner join {{ ref('int_series_to_judge') }} as series
    on cast(verdicts.series_id as uuid) = series.series_id
