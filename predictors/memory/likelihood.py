"""Fitting to intervals: the logistic likelihood of a logarithm that lies between two bounds.

A point is an interval of no width, a bound on one side has infinity on the other. With S the logistic function and
a, b the bounds in units of the scale, -log(S(a) - S(b)) has the derivative (1 - S(a) - S(b)) / scale for all of these
(the point is the limit). It levels off for rows far outside, so that a run that died early does not pull the fit.
"""

import numpy as np
from scipy.special import expit

from predictors.memory.facts import Floats


def slopes(fitted: Floats, low: Floats, high: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """First and second derivative of the loss by `fitted`, each row's own.

    The second is kept away from zero: far outside it vanishes, and a Newton step would have no bound.
    """
    above = expit((high - fitted) / scale)
    below = expit((low - fitted) / scale)
    gradient = (1.0 - above - below) / scale
    curvature = (above * (1.0 - above) + below * (1.0 - below)) / scale**2
    return gradient, np.maximum(curvature, _LEAST_CURVATURE / scale**2)


def loss(fitted: Floats, low: Floats, high: Floats, scale: Floats) -> Floats:
    """Negative log likelihood of each row, without constants."""
    # log(S(a) - S(b)) = log S(a) + log S(-b) + log(1 - exp(b - a)); the last is the width, which no fit changes.
    return _soft((fitted - high) / scale) + _soft((low - fitted) / scale)


def _soft(value: Floats) -> Floats:
    """log(1 + exp(value)): -log S(-value)."""
    return np.logaddexp(0.0, value)


_LEAST_CURVATURE = 0.1
