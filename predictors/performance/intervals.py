"""How far off predictions are, learned by leaving out what is new: cells, models, families, devices.

Half widths are quantiles of absolute log residuals (split conformal), by case and by kind of device. A device nobody
measured brings an error that all its models share; with a handful of devices no quantile of it exists, so
its variance is estimated with a stated prior and taken at the quantile of Student's t.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictors.contract import Case

Floats = npt.NDArray[np.float64]

LEVEL = 0.9
# Zero-shot predictions of single GPUs in public results are off by 10 to 15 %; the weight is that of four devices.
_PRIOR_VARIANCE = 0.15**2
_PRIOR_WEIGHT = 4.0
# No device of its kind was ever learned from: a CPU from GPUs is off by a factor of two to three.
_UNSEEN_KIND = 0.8
_LEAST_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Errors:
    """Log residuals of one case, measured minus predicted, with what was left out together."""

    residuals: Floats
    kinds: npt.NDArray[np.object_]
    """Kind of device of each."""
    groups: npt.NDArray[np.object_]
    """What was left out with it."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Half widths of the log by case and kind of device, and the variance between devices."""

    by_case: dict[str, dict[str, float]]
    between: float
    """Variance of what all models of an unseen device have in common."""
    freedom: float

    def half_width(self, case: Case, kind: str, *, is_kind_seen: bool = True) -> float:
        """Log half width of the interval for a case."""
        if case.is_hardware_seen:
            return self._within(case.name, kind)
        base = (
            "unseen family"
            if not case.is_family_seen
            else "unseen model"
            if not case.is_model_seen
            else "seen"
        )
        within = max(self._within("unseen hardware", kind), self._within(base, kind))
        shared = self.between if is_kind_seen else self.between + _UNSEEN_KIND**2
        # Each probe is one look at the shared error, through the scatter of a single model.
        single = (within / 1.645) ** 2
        left = 1 / (1 / shared + case.probes / single)
        return float(np.hypot(within, student_quantile(self.freedom + case.probes) * np.sqrt(left)))

    def _within(self, case: str, kind: str) -> float:
        known = (
            self.by_case.get(case)
            or self.by_case.get("unseen family")
            or self.by_case.get("unseen model")
            or {}
        )
        if kind in known:
            return known[kind]
        return max(known.values(), default=0.5)


def widths(errors: dict[str, Errors]) -> Widths:
    """Learns half widths from residuals by case.

    Args:
        errors: By `seen`, `unseen model`, `unseen family`, and `unseen hardware` with devices as groups.
    """
    by_case = {
        case: _by_kind(_centered(each) if case == "unseen hardware" else each)
        for case, each in errors.items()
    }
    devices = errors.get("unseen hardware")
    biases = (
        []
        if devices is None
        else [
            float(np.median(devices.residuals[devices.groups == device]))
            for device in sorted(set(devices.groups))
        ]
    )
    freedom = _PRIOR_WEIGHT + len(biases)
    between = (_PRIOR_WEIGHT * _PRIOR_VARIANCE + sum(bias**2 for bias in biases)) / freedom
    return Widths(by_case, between, freedom)


def _centered(errors: Errors) -> Errors:
    residuals = errors.residuals.copy()
    for device in set(errors.groups):
        chosen = errors.groups == device
        residuals[chosen] -= np.median(residuals[chosen])
    return Errors(residuals, errors.kinds, errors.groups)


def _by_kind(errors: Errors) -> dict[str, float]:
    found = {}
    for kind in sorted(set(errors.kinds)):
        chosen = np.abs(errors.residuals[errors.kinds == kind])
        if len(chosen) >= _LEAST_RESULTS:
            found[str(kind)] = conformal_quantile(chosen)
    return found


def conformal_quantile(scores: Floats, level: float = LEVEL) -> float:
    """The quantile with the correction for a finite sample (Vovk et al. 2005)."""
    rank = min(1.0, np.ceil((len(scores) + 1) * level) / len(scores))
    return float(np.quantile(scores, rank, method="higher"))


def student_quantile(freedom: float, level: float = LEVEL) -> float:
    """Two-sided quantile of Student's t: Cornish-Fisher from the normal one, within 1 % from four degrees on."""
    from statistics import NormalDist

    z = NormalDist().inv_cdf((1 + level) / 2)
    terms: Sequence[float] = (
        z,
        (z**3 + z) / (4 * freedom),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3),
    )
    return float(sum(terms))
