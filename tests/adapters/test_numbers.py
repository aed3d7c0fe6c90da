"""Numbers in text files: what is one, and what only looks like one."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.adapters.numbers import LARGEST_WHOLE, finite, not_negative, positive, positive_whole


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_prints_is_read_back(value: float) -> None:
    assert finite(repr(value)) == value


@given(st.integers(1, LARGEST_WHOLE))
def test_thousands_may_be_separated_by_commas(value: int) -> None:
    assert positive_whole(f"{value:,}") == value
    assert positive_whole(f"{value}.0") == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1_0",
        "0,123",
        "1,00",
        "10,0000",
        "1,000,00",
        "1.5.2",
        "0x10",
        "ten",
        "١٢",
        "12％",  # noqa: RUF001
        "1 000",
        "--1",
    ],
)
def test_what_is_no_number_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number") as refusal:
        finite(text)
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not finite"):
        finite(text)


def test_zero_may_be_counted_but_not_measured() -> None:
    assert not_negative("0") == 0
    with pytest.raises(ValueError, match="is not above zero"):
        positive("0")
    with pytest.raises(ValueError, match="is below zero"):
        not_negative("-0.001")


def test_a_number_beyond_what_a_float_tells_apart_is_too_large_to_be_whole() -> None:
    with pytest.raises(ValueError, match="is too large"):
        positive_whole(str(LARGEST_WHOLE * 4))
    with pytest.raises(ValueError, match="is not a whole number"):
        positive_whole("1.5")


@given(st.one_of(st.text(), st.text("0123456789.,+-eE_ naifNI\t", max_size=12)))
def test_any_text_is_exactly_the_number_it_writes_or_refused(text: str) -> None:
    try:
        value = finite(text)
    except ValueError:
        return
    assert math.isfinite(value)
    assert value == float(Decimal(text.strip().replace(",", "")))


@given(st.text("0123456789.,", max_size=9))
def test_a_comma_never_stands_for_a_decimal_point(text: str) -> None:
    try:
        value = finite(text)
    except ValueError:
        return
    assert not any(len(part) != 3 for part in text.partition(".")[0].split(",")[1:])
    assert value >= 0


@given(st.floats())
def test_a_whole_number_is_whole_above_zero_and_held_exactly(value: float) -> None:
    try:
        whole = positive_whole(repr(value))
    except ValueError:
        assert not (0 < value <= LARGEST_WHOLE and value == int(value))
    else:
        assert whole == value
        assert 0 < whole <= LARGEST_WHOLE
