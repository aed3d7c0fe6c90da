"""Times: the five forms that result files write them in, and what only looks like one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.adapters.moments import ZONE_NOT_STATED, moment, moment_or_none

_AT = datetime(2025, 3, 1, 15, 7, 51, tzinfo=UTC)
_UTC_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_ZONED = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=_UTC_OFFSETS)  # noqa: DTZ001
_NAIVE = st.datetimes()
_LIKELY = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "is_zone_stated"),
    [
        ("2025-03-01T15:07:51Z", True),
        ("2025-03-01T16:07:51+01:00", True),
        ("2025-03-01 15:07:51", False),
        ("2025-03-01T15:07:51.000000000", False),
        ("20250301_150751", False),
        ("20250301-150751", False),
        ("20250301T150751Z", True),
        (_AT.timestamp(), True),
        (int(_AT.timestamp()), True),
        (int(_AT.timestamp() * 1000), True),
    ],
)
def test_every_form_tells_the_same_time_and_a_naive_one_keeps_a_flag(
    written: object, is_zone_stated: bool
) -> None:
    told = moment(written)
    assert (told.at, told.is_zone_stated) == (_AT, is_zone_stated)
    assert told.attributes == ({} if is_zone_stated else ZONE_NOT_STATED)


def test_a_plain_date_is_its_midnight_without_a_zone() -> None:
    told = moment("2025-03-01")
    assert (told.at, told.is_zone_stated) == (datetime(2025, 3, 1, tzinfo=UTC), False)


@pytest.mark.parametrize("number", [0, -1, 51.5, 1e8, 1e15, 10**400, float("inf"), float("nan"), True])
def test_a_duration_or_a_counter_is_no_time_of_day(number: object) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        moment(number)
    assert moment_or_none(number) is None


@given(_ZONED)
def test_a_zoned_time_is_read_back_as_the_same_instant(at: datetime) -> None:
    told = moment(at.isoformat())
    assert (told.at, told.is_zone_stated) == (at, True)
    assert told.at.utcoffset() == timedelta()


@given(_NAIVE)
def test_a_naive_time_is_read_as_utc_and_says_so(at: datetime) -> None:
    told = moment(at.isoformat())
    assert (told.at, told.is_zone_stated) == (at.replace(tzinfo=UTC), False)
    assert "occurred_at_zone" in told.attributes


@given(_NAIVE, st.sampled_from("_T-"))
def test_a_compact_time_is_read_back_to_the_second(at: datetime, between: str) -> None:
    written = f"{at.year:04}{at:%m%d}{between}{at:%H%M%S}"
    assert moment(written).at == at.replace(microsecond=0, tzinfo=UTC)


@given(_LIKELY)
def test_seconds_and_milliseconds_since_1970_are_told_apart(at: datetime) -> None:
    seconds = int(at.timestamp())
    whole = at.replace(microsecond=0)
    assert moment(seconds).at == whole
    assert moment(float(seconds)).at == whole
    assert moment(seconds * 1000).at == whole


@given(
    st.one_of(
        st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.integers(), max_size=2)
    )
)
def test_anything_else_is_a_time_with_a_zone_or_refused(value: object) -> None:
    try:
        told = moment(value)
    except ValueError:
        assert moment_or_none(value) is None
    else:
        assert told.at.utcoffset() == timedelta()
        assert moment_or_none(value) == told


@given(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]?[0-9:.,+Z-]{0,24}", fullmatch=True))
def test_what_begins_like_a_date_is_a_time_or_refused(text: str) -> None:
    told = moment_or_none(text)
    if told is None:
        with pytest.raises(ValueError, match="is not a time"):
            moment(text)
    else:
        assert told == moment(text)
