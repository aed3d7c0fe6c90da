"""Moments as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmart.errors import UsageError
from benchmart.moments import parse_moment, parse_since

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("90min", NOW - timedelta(minutes=90)),
        ("2h", NOW - timedelta(hours=2)),
        ("7d", NOW - timedelta(days=7)),
        ("1w", NOW - timedelta(days=7)),
        ("2026-11-01", datetime(2026, 11, 1, 23, 59, 59, 999999, tzinfo=UTC)),
        ("2026-11-01T18:30", datetime(2026, 11, 1, 18, 30, tzinfo=UTC)),
        ("2026-11-01 18:30:15.25", datetime(2026, 11, 1, 18, 30, 15, 250000, tzinfo=UTC)),
        ("2026-11-01T18:30+02:00", datetime(2026, 11, 1, 16, 30, tzinfo=UTC)),
        ("2026-11-01T18:30Z", datetime(2026, 11, 1, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_understood(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "7", "-7d", "2026-13-01", "99999999d", "999999w"])
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="Write one like"):
        parse_moment(text, NOW)


def test_since_a_day_means_since_its_beginning() -> None:
    assert parse_since("2026-01-02") == datetime(2026, 1, 2, tzinfo=UTC)
    assert parse_since("2026-01-02T03:00") == datetime(2026, 1, 2, 3, tzinfo=UTC)
