"""A picture of rows of the warehouse has its points and changes at one multiple of the unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from drawings import Drawing

from benchmart.queries.series_changes import ChangedSeries, Point
from interfaces.reports.change_pictures import change_point, picture_of
from interfaces.reports.changes import exhibit_of
from interfaces.reports.words import Size

START = datetime(2026, 1, 1, tzinfo=UTC)
MILLISECONDS = Size(1e-3, "ms")


def row(place: int, **more: Any) -> dict[str, Any]:
    """A row of `series_changes`: a step up at that point."""
    return {
        "event_id": f"e{place}", "metric_position": 1, "previous_event_id": f"e{place - 1}", "verdict": "regression",
        "before": 0.010, "after": 0.012, "effect": 0.2, "low": 0.19, "high": 0.21, "p_value": 0.0,
        "points_before": 10, "points_after": 10, "spread": 0.01, "detector": "robust_partition 1",
        "found_by": ["window_t 1"], "previous_runtime_version": "2.4", "runtime_version": "2.5",
        "previous_commit_id": "0123456789abcdef", "commit_id": "fedcba9876543210", "environment": None,
        "occurred_at": START + timedelta(days=place), "committed_at": None, "is_acknowledged": False,
    } | more  # fmt: skip


def series(*changes: dict[str, Any], count: int = 20) -> ChangedSeries:
    points = [
        Point(
            f"e{place}", 1, 0.010 if place < 10 else 0.012, None, f"commit{place:014}", "2.4",
            START + timedelta(days=place), is_outlier=place == 3,
        )
        for place in range(count)
    ]  # fmt: skip
    return ChangedSeries(
        "ResNet-50",
        "H100",
        "latency_mean",
        "second",
        "lower",
        "fp32",
        points,
        changes,
        "degrading",
        0.01,
        0.0,
        0.02,
    )


def test_levels_and_points_are_in_the_same_unit() -> None:
    picture = picture_of(series(row(10)), "t", MILLISECONDS)
    (change,) = picture.verdict.change_points
    assert (change.index, change.previous) == (10, 9)
    assert picture.values[0] == pytest.approx(change.before) == pytest.approx(10.0)
    assert picture.verdict.outliers == (3,)
    assert picture.axis == "latency_mean, ms, lower is better, fp32"


def test_what_was_acknowledged_and_marked_is_in_the_picture() -> None:
    told = {
        "is_acknowledged": True,
        "acknowledged_as": "expected",
        "acknowledged_because": "exact",
        "issue": "P-1",
    }
    picture = picture_of(replace(series(row(10, **told)), baseline=0.011), "t", MILLISECONDS)
    assert picture.acknowledged == {10: "expected: exact, P-1"}
    assert picture.baseline == pytest.approx(11.0)
    assert picture_of(series(row(10)), "t", MILLISECONDS).acknowledged == {}


def test_a_change_before_the_first_point_that_is_looked_at_is_not_drawn() -> None:
    assert picture_of(series(row(10), row(99)), "t", MILLISECONDS).verdict.change_points[0].index == 10
    assert picture_of(series(row(99)), "t", MILLISECONDS).verdict.change_points == ()


def test_the_interval_of_a_difference_is_in_the_unit_and_that_of_a_share_is_not() -> None:
    assert change_point(row(10), MILLISECONDS).low == pytest.approx(0.19)
    difference = change_point(row(10, effect=None, low=0.001, high=0.003), MILLISECONDS)
    assert (difference.low, difference.high) == (pytest.approx(1.0), pytest.approx(3.0))


def test_the_evidence_of_the_largest_change_is_told_in_words() -> None:
    exhibit = exhibit_of(series(row(5, effect=0.05, after=0.0105), row(10)))
    assert exhibit.note == (
        "The largest change: from 10 ms to 12 ms, +20.0%, worse; 95 % interval +19.0% to +21.0%; p < 1e-99; 10 points "
        "before and 10 since; also found by window_t 1; between 0123456789 2.4 and fedcba9876 2.5. Trend of the whole: "
        "degrading."
    )
    assert len(exhibit.table.rows) == 2
    assert exhibit.chart is not None
    Drawing(exhibit.chart("c", 340)).check()
