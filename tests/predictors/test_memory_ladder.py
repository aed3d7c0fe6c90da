"""The ladder that benchmarks fall back through halves powers of two in two steps."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.memory.ladder import rung_above, rungs

_batches = st.integers(1, 2**17)


def test_from_64_it_has_the_steps_that_timm_documents():
    assert rungs(64) == [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1]


def test_it_may_begin_between_two_steps():
    assert rungs(100) == [100, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1]


@settings(deadline=None)
@given(_batches)
def test_it_falls_down_to_one_by_no_more_than_half(start: int):
    ladder = rungs(start)
    assert ladder[-1] == 1
    assert all(larger / 2 <= smaller < larger for larger, smaller in pairwise(ladder))


@settings(deadline=None)
@given(_batches)
def test_the_rung_above_is_the_one_that_was_tried_before(start: int):
    ladder = rungs(start)
    assert [rung_above(batch, start) for batch in ladder] == [None, *ladder[:-1]]


def test_a_batch_beside_the_ladder_has_no_rung_above():
    assert rung_above(7, 64) is None
