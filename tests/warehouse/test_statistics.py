"""The interval of a median holds it as often as it says, whatever the distribution."""

import math
import random
import time
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.statistics import chance_range, median_interval, share_interval

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


def test_the_interval_of_a_share_is_the_published_one() -> None:
    """Newcombe 1998, table I, score method without continuity correction."""
    assert share_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert share_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert share_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert share_interval(29, 29) == pytest.approx((0.8830, 1.0), abs=5e-5)


@pytest.mark.parametrize(("of", "share"), [(10, 0.5), (20, 0.9), (57, 0.9), (1000, 0.3)])
def test_what_chance_leaves_usual_is_exceeded_at_most_as_often_as_said(of: int, share: float) -> None:
    low, high = (round(end * of) for end in chance_range(of, share))
    rates = [math.comb(of, held) * share**held * (1 - share) ** (of - held) for held in range(of + 1)]
    assert sum(rates[:low]) <= 0.025 < sum(rates[: low + 1])
    assert sum(rates[high + 1 :]) <= 0.025 < sum(rates[high:])


def test_many_trials_leave_what_a_normal_distribution_says_and_certainty_leaves_nothing() -> None:
    counted, normal = chance_range(5_000, 0.9), chance_range(5_001, 0.9)
    assert normal == pytest.approx(counted, abs=2e-4)
    assert chance_range(10, 1.0) == (1.0, 1.0)
    assert chance_range(10, 0.0) == (0.0, 0.0)
