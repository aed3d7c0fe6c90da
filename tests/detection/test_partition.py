"""Partitions are the cheapest there are, and grow point by point to the same."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.detection.elimination import choose
from predictors.detection.partition import SHORTEST, Partition, candidates
from predictors.detection.regression import NO_CUT, products, whitened_columns, whitened_design


def cost(points: np.ndarray, cuts: list[int], penalty: float) -> float:
    parts = np.split(points, cuts)
    return sum(float(((part - part.mean()) ** 2).sum()) for part in parts) + penalty * len(cuts)


def all_partitions(count: int) -> list[list[int]]:
    return [
        list(cuts)
        for number in range(count // SHORTEST)
        for cuts in combinations(range(SHORTEST, count - SHORTEST + 1), number)
        if all(later - earlier >= SHORTEST for earlier, later in pairwise(cuts))
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=6, max_size=13), st.floats(0.5, 50))
def test_no_partition_costs_less(points, penalty) -> None:
    told = np.array(points, np.float64)
    found = Partition(told[None], np.array([penalty])).cuts(0, len(told))
    cheapest = min(cost(told, cuts, penalty) for cuts in all_partitions(len(told)))
    assert cost(told, found, penalty) == pytest.approx(cheapest)


def test_points_put_on_one_by_one_come_to_the_same() -> None:
    points = np.random.default_rng(0).normal(0, 1, 120)
    points[60:] += 3
    whole = Partition(points[None], np.array([10.0]))
    grown = Partition(points[None, :6], np.array([10.0]))
    for count in range(6, 120):
        grown.extend(points[None, count - 2 : count + 1], count - 2)
    assert grown.cuts(0, 120) == whole.cuts(0, 120) == [60]


def test_the_penalty_grows_until_there_are_no_more_cuts_than_asked_for() -> None:
    points = np.tile([0.0, 0, 0, 9, 9, 9], 20)[None]
    found = candidates(points, np.array([120]), np.array([1.0]), np.array([8]))
    assert len(found[0]) <= 8


@settings(max_examples=30, deadline=None)
@given(
    st.integers(8, 40),
    st.floats(0, 0.97),
    st.lists(st.integers(1, 39), max_size=4, unique=True),
    st.integers(0, 99),
)
def test_products_are_those_of_the_whitened_columns(count, rho, cuts, seed) -> None:
    cuts = sorted(cut for cut in cuts if cut < count)
    points = np.random.default_rng(seed).normal(0, 1, count)
    told = products(
        np.append(points, np.zeros(3))[None],
        np.array([count]),
        np.array([[*cuts, NO_CUT]], np.int64),
        np.array([rho]),
    )
    design = whitened_design(count, cuts, rho, slope=True)
    kept = [*range(len(cuts) + 1), len(cuts) + 2]
    assert told.columns[0, 0][np.ix_(kept, kept)] == pytest.approx(design.T @ design)
    assert told.with_points[0, 0][kept] == pytest.approx(design.T @ whitened_columns(points, rho))


def test_cuts_in_noise_go_and_those_of_steps_stay() -> None:
    points = np.random.default_rng(2).normal(0, 1, 200)
    points[100:] += 4
    chosen = choose(points[None], np.array([200]), np.array([[30, 60, 100, 150, NO_CUT]], np.int64))
    assert chosen.is_kept.tolist() == [[False, False, True, False, False]]
