"""How much each term of a peak weighs, by regime: non-negative, fitted to measurements and brackets alike."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.memory.design import Inputs, Targets
from predictors.memory.facts import Floats
from predictors.memory.likelihood import loss, slopes
from predictors.memory.terms import TERMS

_SCRATCH = {"unfolded": 0.2, "winograd": 0.2, "fourier": 0.2}
EXPECTED = {
    "context": 1.5,
    "states": 1.0,
    "saved": 1.0,
    "upcast": 0.5,
    "scores": 0.5,
    "live": 0.5,
    "largest": 0.5,
    **_SCRATCH,
}
"""What a weight is before data says otherwise: GiB of context, and once what the arithmetic gives."""

_TRUST = {
    "context": 0.15,
    "states": 0.3,
    "saved": 0.5,
    "upcast": 1.0,
    "scores": 1.0,
    "live": 1.5,
    "largest": 1.5,
    **dict.fromkeys(_SCRATCH, 1.5),
}
"""Standard deviation of the logarithm of each weight around what is expected."""


@dataclass(frozen=True, slots=True)
class Physics:
    """Weights of TERMS by regime."""

    weights: Mapping[str, Floats]

    def parts(self, inputs: Inputs) -> Floats:
        """Bytes by term, (n, TERMS). Raises PredictionRefused when a regime and its relatives were never seen."""
        weights = {name: self.weights_of(name) for name in np.unique(inputs.regimes).tolist()}
        chosen = np.array([weights[name] for name in inputs.regimes.tolist()]).reshape(-1, len(TERMS))
        parts: Floats = inputs.physics * chosen
        return parts

    def log_bytes(self, inputs: Inputs) -> Floats:
        """Logarithm of the sum of all terms, (n,)."""
        logarithm: Floats = np.log(self.parts(inputs).sum(axis=1))
        return logarithm

    def weights_of(self, regime: str) -> Floats:
        """Of this regime, else of the one most like it in the same mode."""
        if regime in self.weights:
            return self.weights[regime]
        wanted = regime.split("/")
        alike = [name for name in sorted(self.weights) if name.split("/")[0] == wanted[0]]
        if not alike:
            raise PredictionRefused(
                f"memory of {wanted[0]} was never measured here",
                hint="Import results of that mode, then train again",
            )
        return self.weights[max(alike, key=lambda name: sum(map(str.__eq__, name.split("/"), wanted)))]


def fit_physics(inputs: Inputs, targets: Targets) -> Physics:
    """Most likely weights of each regime, by L-BFGS on their logarithms."""
    weights = {}
    for name in np.unique(inputs.regimes).tolist():
        rows = inputs.regimes == name
        weights[name] = _fit(inputs.physics[rows], targets[rows])
    return Physics(weights)


def _fit(physics: Floats, targets: Targets) -> Floats:
    from scipy.optimize import minimize

    expected = np.log([EXPECTED[term] for term in TERMS])
    trust = np.array([_TRUST[term] for term in TERMS])
    scale = np.maximum(targets.scale, _PHYSICS_SCALE)

    def objective(logarithms: Floats) -> tuple[float, Floats]:
        parts = physics * np.exp(logarithms)
        total = parts.sum(axis=1)
        fitted = np.log(total)
        by_fitted, _ = slopes(fitted, targets.low, targets.high, scale)
        away = (logarithms - expected) / trust
        value = loss(fitted, targets.low, targets.high, scale).sum() + 0.5 * (away**2).sum()
        return float(value), (by_fitted[:, None] * parts / total[:, None]).sum(axis=0) + away / trust

    found = minimize(objective, expected, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights: Floats = np.exp(found.x)
    return weights


_PHYSICS_SCALE = 0.1
"""A few weights cannot follow every model: rows may lie this far off before they pull less."""
