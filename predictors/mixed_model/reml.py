"""Variances of random effects by restricted maximum likelihood, and how sure they are.

statsmodels' MixedLM fits crossed effects as components of one group that holds all rows, with dense matrices of all
levels. With four effects, 150 models took it 3 s of processor time and 300 models 19 s, not converged after 30 steps
and without a Hessian that could be used; at that growth all 1,154 models of timm would take more than ten minutes,
which was not waited for. With configurations as fixed effects it fits families as groups, all results in 3 s, but then
tells nothing of unseen devices. So the equations are solved here, block by block (see `blocks`): six effects with 7,300
levels of 17,500 results in 4 s and 0.3 GB. Where MixedLM can, the two agree; a test holds them to it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.mixed_model.blocks import Solved, Sums, solve

Floats = npt.NDArray[np.float64]

_BOUNDS = (-14.0, 12.0)
"""Of the logarithm of a variance over the residual's: below, an effect is nothing that could be seen."""
_NOTHING = -11.0
_STARTS = (0.0, -4.0)
"""Of crossed effects: with few devices and configurations the likelihood can have a maximum for either explanation."""
_STEP = 1e-3
"""Of differences, on the logarithm of variances."""


@dataclass(frozen=True, slots=True)
class Variances:
    """Estimates of the variances and everything that follows from them."""

    log_ratios: Floats
    """Logarithm of each effect's variance over the residual's; shape (effects,)."""
    solved: Solved
    errors: Floats
    """Standard errors of the logarithms of the variances, the residual's last; shape (effects + 1,). Infinite for one
    that is nothing, or of which the results tell nothing."""

    @property
    def values(self) -> Floats:
        """Variances of the logarithm of time, the residual's last; shape (effects + 1,)."""
        ratios = np.where(self.log_ratios > _NOTHING, np.exp(self.log_ratios), 0.0)
        return np.asarray(self.solved.variance * np.array([*ratios, 1.0]), dtype=float)


def fit_variances(sums: Sums) -> Variances:
    """The maximum of the restricted likelihood.

    Raises PredictionRefused when the effects leave nothing over: then there is no residual to compare with.
    """
    from scipy.optimize import minimize

    def aim(log_ratios: Floats) -> tuple[float, Floats]:
        solved = solve(sums, log_ratios)
        return solved.deviance, solved.slope(log_ratios, solved.variance)

    count, crossed = len(sums.level_counts), int(sums.core_effect.max()) + 1
    bounds, found = [_BOUNDS] * count, []
    try:
        for start in _STARTS:
            first = np.where(np.arange(count) < crossed, start, 0.0)
            found.append(minimize(aim, first, jac=True, method="L-BFGS-B", bounds=bounds))
        best = min(found, key=lambda each: float(each.fun))
        log_ratios = np.asarray(best.x, dtype=float)
        return Variances(log_ratios, solve(sums, log_ratios), _errors(sums, log_ratios))
    except np.linalg.LinAlgError as error:
        raise PredictionRefused(
            "the results leave no differences over that chance would explain",
            hint="Effects need results that were measured in more than one configuration",
        ) from error


def _errors(sums: Sums, log_ratios: Floats) -> Floats:
    """From differences of the slopes of the likelihood in the logarithms of all variances."""
    free = np.append(log_ratios > _NOTHING, True)
    centre = np.log(solve(sums, log_ratios).variance)
    at = np.append(log_ratios + centre, centre)
    freedom = sums.row_count - sums.fixed_count

    def slope(logs: Floats) -> Floats:
        ratios, variance = logs[:-1] - logs[-1], float(np.exp(logs[-1]))
        solved = solve(sums, ratios)
        of_ratios = solved.slope(ratios, variance)
        return np.append(of_ratios, freedom - solved.squares / variance - of_ratios.sum())

    steps = _STEP * np.eye(len(at))[free]
    second = np.array([slope(at + step) - slope(at - step) for step in steps])[:, free] / (2 * _STEP)
    errors = np.full(len(at), np.inf)
    spread = np.diag(np.linalg.pinv((second + second.T) / 4, hermitian=True))
    errors[free] = np.sqrt(np.where(spread > 0, spread, np.inf))
    return errors
