"""Numbers in text files: what is one, and what only looks like one."""

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
    ["", " ", "1_0", "0,123", "1,00", "10,0000", "1,000,00", "1.5.2", "0x10", "ten", "١٢", "12％", "1 000", "--1"],  # noqa: RUF001
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
