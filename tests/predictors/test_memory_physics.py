"""Weights of terms are found again, from points and from brackets, and stay where nothing is known."""

import made_up_memory as made_up
import numpy as np
import pytest

from predictors.memory.design import Targets, inputs
from predictors.memory.physics import EXPECTED, fit_physics
from predictors.memory.terms import TERMS

_PROFILES = [made_up.profile(number) for number in range(60)]
_ASKED = [(each, made_up.workload(each), batch) for each in _PROFILES for batch in (1, 8, 64, 256)]
_PEAKS = np.log([made_up.peak(each, batch) for each, _, batch in _ASKED])


@pytest.mark.parametrize(("width", "error"), [(0.0, 0.03), (0.35, 0.08)], ids=["points", "brackets"])
def test_peaks_are_found_again(width: float, error: float):
    known = inputs(_ASKED)
    place = np.random.default_rng(0).uniform(0, width, len(_PEAKS))
    physics = fit_physics(known, Targets(_PEAKS - place, _PEAKS - place + width, np.full(len(_PEAKS), 0.05)))
    assert np.median(np.abs(physics.log_bytes(known) - _PEAKS)) < error


def test_a_term_that_no_row_has_keeps_what_is_expected():
    known = inputs(_ASKED)
    physics = fit_physics(known, Targets(_PEAKS, _PEAKS, np.full(len(_PEAKS), 0.05)))
    weights = dict(zip(TERMS, physics.weights_of("training/cast/eager"), strict=True))
    assert weights["upcast"] == pytest.approx(EXPECTED["upcast"])
    assert weights["scores"] == pytest.approx(EXPECTED["scores"])


def test_every_term_grows_with_the_batch_or_stays():
    physics = inputs(
        [(_PROFILES[5], made_up.workload(_PROFILES[5]), batch) for batch in range(1, 65)]
    ).physics
    assert (np.diff(physics, axis=0) >= 0).all()
    assert (physics >= 0).all()
