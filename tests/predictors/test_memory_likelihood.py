"""Points, brackets and bounds on one side have one loss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.memory.likelihood import loss, slopes

_finite = st.floats(-3, 3)


@settings(deadline=None)
@given(_finite, _finite, st.floats(0, 2), st.floats(0.05, 1), st.booleans(), st.booleans())
def test_the_slope_is_the_derivative_of_the_loss(
    fitted: float, low: float, width: float, scale: float, is_open_below: bool, is_open_above: bool
):
    bounds = (
        np.array([-np.inf if is_open_below else low]),
        np.array([np.inf if is_open_above else low + width]),
    )
    at, scales, step = np.array([fitted]), np.array([scale]), 1e-5
    gradient, curvature = slopes(at, *bounds, scales)
    numeric = (loss(at + step, *bounds, scales) - loss(at - step, *bounds, scales)) / (2 * step)
    assert gradient[0] == pytest.approx(numeric[0], abs=1e-4 / scale)
    assert curvature[0] > 0


def test_a_point_pulls_to_itself_a_bracket_only_from_outside():
    fitted, scale = np.array([-2.0, 0.0, 2.0]), np.full(3, 0.05)
    zero = np.zeros(3)
    below, at, above = slopes(fitted, zero, zero, scale)[0]
    assert (below, at, above) == pytest.approx((-20, 0, 20))
    assert slopes(fitted, zero - 1, zero + 1, scale)[0] == pytest.approx([-20, 0, 20], abs=1e-6)


def test_a_bound_on_one_side_says_nothing_on_the_other():
    scale = np.array([0.05])
    assert slopes(np.array([-5.0]), np.array([-np.inf]), np.zeros(1), scale)[0] == pytest.approx(0)
    assert slopes(np.array([5.0]), np.zeros(1), np.array([np.inf]), scale)[0] == pytest.approx(0)


def test_a_run_that_died_early_pulls_no_harder_however_low_it_is():
    zero, scale = np.zeros(2), np.full(2, 0.05)
    near, far = slopes(np.array([1.0, 9.0]), zero, zero, scale)[0]
    assert near == pytest.approx(far)
