"""The interval of a median holds it as often as it says, whatever the distribution."""

import random
import time
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.statistics import median_interval

_VALUES = st.lists(st.floats(-1e6, 1e6), max_size=60)


@given(_VALUES)
def test_the_interval_encloses_the_median_of_the_values(values: list[float]) -> None:
    interval = median_interval(values)
    assert interval is None if len(values) < 6 else interval[0] <= median(values) <= interval[1]


@given(_VALUES, st.randoms())
def test_the_order_of_the_values_does_not_matter(values: list[float], rng: random.Random) -> None:
    shuffled = rng.sample(values, len(values))
    assert median_interval(shuffled) == median_interval(values)


@pytest.mark.parametrize(
    ("count", "rank"), [(5, None), (6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (25, 8), (50, 18), (100, 40)]
)
def test_the_ranks_are_those_of_the_published_table(count: int, rank: int | None) -> None:
    """Ranks for 95 %, as tables of the sign test print them."""
    expected = None if rank is None else (rank, count + 1 - rank)
    assert median_interval([float(value) for value in range(1, count + 1)]) == expected


@pytest.mark.parametrize("count", [6, 15, 40])
def test_the_interval_holds_the_true_median_at_least_as_often_as_it_says(count: int) -> None:
    rng = random.Random(count)
    rounds = 2000
    hits = 0
    for _ in range(rounds):
        low, high = median_interval([rng.lognormvariate(0, 1) for _ in range(count)]) or (0.0, 0.0)
        hits += low <= 1.0 <= high
    assert hits / rounds > 0.935


def test_the_interval_over_very_many_values_is_found_at_once() -> None:
    count = 15_625
    start = time.monotonic()
    low, high = median_interval([float(value) for value in range(count)]) or (0.0, 0.0)
    assert time.monotonic() - start < 5
    # the normal distribution says the same of so many
    assert high - low == pytest.approx(1.96 * count**0.5, abs=2)
