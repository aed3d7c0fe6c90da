"""The sections on all series name what is off and what could not be judged, and say how much is not shown."""

from collections.abc import Iterator

import duckdb
import pytest

from benchmart.queries.series_changes import ChangeFilter
from benchmart.queries.series_overview import SeriesOverview, series_overview
from interfaces.reports.render import to_markdown
from interfaces.reports.report import Report
from interfaces.reports.series_overview import overview_sections

_MARTS = """
    create table dim_models as select 'resnet50' as model_id, 'ResNet-50' as model_name;
    create table dim_hardware as select 'h100' as hardware_id, 'H100' as hardware_name;
    create table dim_conditions as
        select * from (values (1, 'inference', 'fp32'), (2, 'training', 'bf16'))
            as told (comparability_id, mode, precision);
    create table series_outliers as
        select
            1 as comparability_id, 'latency_mean' as metric, number as event_id, 1 as metric_position,
            number as point_number, 'resnet50' as subject, 'resnet50' as model_id, 'h100' as hardware_id,
            0.012::double as value, 'second' as unit, 'a' || number || '23456789abcdef' as commit_id,
            '2.4' as runtime_version,
            timestamptz '2026-01-01 00:00:00+00' + to_days(number::int) as occurred_at,
            null::timestamptz as committed_at
        from range(3) as numbers (number);
    create table series_trends as
        select * from (values
            (1, 'latency_mean', 'fewer than 6 points', 5, 'resnet50', 'h100'),
            (2, 'latency_mean', 'fewer than 6 points', 2, 'resnet50', 'h100'),
            (2, 'throughput', null, 40, 'resnet50', 'h100')
        ) as told (comparability_id, metric, insufficient_reason, point_count, model_id, hardware_id);
    create table trends_by_model as
        select
            'resnet50' as model_id, 'latency_mean' as metric, 1234 as series_count, 1 as improving_count,
            2 as degrading_count, 3 as stable_count, 4 as volatile_count, 5 as insufficient_count,
            6 as regression_count, 7 as improvement_count, 0.25::double as worst_effect;
    create table trends_by_family as select 'vision' as family, * exclude (model_id) from trends_by_model;
    create table trends_by_hardware as select 'h100' as hardware_id, * exclude (model_id) from trends_by_model;
"""


@pytest.fixture
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    """The columns that are read of the marts, with what they may hold."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(_MARTS)
        yield connection


def page(found: SeriesOverview) -> str:
    return to_markdown(Report("r", "l", [], "s", list(overview_sections(found)), command="c"))


def test_all_that_was_found_is_on_the_page(marts: duckdb.DuckDBPyConnection) -> None:
    told = page(series_overview(marts, ChangeFilter(), 2))
    for name in ("ResNet-50", "vision", "H100"):
        assert (
            f"| {name} | latency_mean | 1,234 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | +25.0% |".replace("_", "_")
            in told
        )
    assert "| ResNet-50 on H100: latency_mean | 12 ms | 2 | 2026-01-03 00:00 | a223456789 2.4 |" in told
    assert "2 of 3 are shown." in told
    assert "| latency_mean | fewer than 6 points | 2 | 5 |" in told
    assert "throughput" not in told


def test_filters_keep_what_was_asked_for(marts: duckdb.DuckDBPyConnection) -> None:
    found = series_overview(marts, ChangeFilter(modes=["training"]), 20)
    assert found.outliers.rows == []
    assert [row["most_points"] for row in found.not_judged.as_dicts()] == [2]
    other = series_overview(marts, ChangeFilter(metrics=["throughput"]), 20)
    assert [other.by_model.rows, other.outliers.rows, other.not_judged.rows] == [[], [], []]


def test_what_holds_nothing_has_no_section(marts: duckdb.DuckDBPyConnection) -> None:
    nothing = series_overview(marts, ChangeFilter(metrics=["throughput"]), 20)
    assert list(overview_sections(nothing)) == []
