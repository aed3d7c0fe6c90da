"""How far off predictions are, learned by leaving out what is new: cells, models, families, devices.

Half widths are quantiles of absolute log residuals (split conformal), by case and by kind of device. A device or
condition nobody measured brings an error that all its models share; with a handful of them no quantile of it exists, so
its variance is estimated with a stated prior and taken at the quantile of Student's t.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from predictors.contract import Case

Floats = npt.NDArray[np.float64]

LEVEL = 0.9
_NORMAL = 1.645
"""Quantile of the normal distribution that holds as much on both sides."""
# Zero-shot predictions of single GPUs in public results are off by 10 to 15 %; the weight is that of four devices.
_PRIOR_VARIANCE = 0.15**2
_PRIOR_WEIGHT = 4.0
# Another version of a runtime, layout or compiler on a known device, as a prior of little weight.
_CONDITION_VARIANCE = 0.08**2
_CONDITION_WEIGHT = 2.0
SHARED = frozenset({"unseen condition", "unseen hardware"})
"""Cases in which all results of a group are off together."""
_ENOUGH_DEVICES = 2
# By how many devices of its kind were learned from: a CPU from GPUs is off by a factor of two to three, one from a
# single other by about 40 % in public results.
_MORE_BETWEEN = {0: 0.8, 1: 0.4}
# And its models differ among themselves by more.
_UNSEEN_KIND_SCATTER = 0.3
_LEAST_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Errors:
    """Log residuals of one case, measured minus predicted, with what was left out together."""

    residuals: Floats
    kinds: npt.NDArray[np.object_]
    """Kind of device of each."""
    groups: npt.NDArray[np.object_]
    """What was left out with it."""
    rows: npt.NDArray[np.int64]
    """Which result each is of."""

    def take(self, index: npt.NDArray[np.bool_]) -> "Errors":
        """Some of them."""
        return Errors(self.residuals[index], self.kinds[index], self.groups[index], self.rows[index])


@dataclass(frozen=True, slots=True)
class Scatter:
    """How far off a device's own results were, each predicted without it."""

    squares: float
    """Sum of squared log residuals."""
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far groups that nobody has seen lie off as a whole."""

    variance: float
    """Of what all models of a group have in common, log squared."""
    freedom: float
    """Groups it was learned from, and the weight of the prior."""

    def half_width(self) -> float:
        """Log half width."""
        return float(student_quantile(self.freedom) * np.sqrt(self.variance))


@dataclass(frozen=True, slots=True)
class Widths:
    """Half widths of the log by case and kind of device, and the spread of devices and of conditions."""

    by_case: dict[str, dict[str, float]]
    devices: Spread
    conditions: Spread

    def half_width(
        self, case: Case, kind: str, *, kind_devices: int = _ENOUGH_DEVICES, scatter: Scatter | None = None
    ) -> float:
        """Log half width of the interval for a case; probes of the device that were predicted tell its own scatter.

        Args:
            case: What of the question is new.
            kind: Of device.
            kind_devices: Devices of this kind that were learned from. A single one does not tell how others differ.
            scatter: Of the device's own results.
        """
        if case.is_hardware_seen:
            within = self._within(_model_case(case), kind)
            if case.is_condition_seen:
                return within
            within = max(within, self._within("unseen condition", kind))
            return float(np.hypot(within, self.conditions.half_width()))
        within = max(self._within("unseen hardware", kind), self._within(_model_case(case), kind))
        single = (within / _NORMAL) ** 2
        if scatter is not None and scatter.count:
            freedom = _PRIOR_WEIGHT + scatter.count
            prior = single if kind_devices >= _ENOUGH_DEVICES else single + _UNSEEN_KIND_SCATTER**2
            variance = (_PRIOR_WEIGHT * prior + scatter.squares) / freedom
            return float(student_quantile(freedom) * np.sqrt(variance))
        shared = self.devices.variance + _MORE_BETWEEN.get(kind_devices, 0.0) ** 2
        # Each probe is one look at the shared error, through the scatter of a single model.
        left = Spread(1 / (1 / shared + case.probes / single), self.devices.freedom + case.probes)
        return float(np.hypot(within, left.half_width()))

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


def _model_case(case: Case) -> str:
    """The case as it would be if the device were known."""
    if not case.is_family_seen:
        return "unseen family"
    return "seen" if case.is_model_seen else "unseen model"


def widths(errors: dict[str, Errors]) -> Widths:
    """Learns half widths from residuals by case.

    Args:
        errors: By `seen`, `unseen model`, `unseen family`, `unseen condition` with conditions as groups, and
            `unseen hardware` with devices as groups.
    """
    by_case = {case: _by_kind(_centered(each) if case in SHARED else each) for case, each in errors.items()}
    return Widths(
        by_case,
        _spread(errors.get("unseen hardware"), _PRIOR_VARIANCE, _PRIOR_WEIGHT),
        _spread(errors.get("unseen condition"), _CONDITION_VARIANCE, _CONDITION_WEIGHT),
    )


def _spread(errors: Errors | None, prior: float, weight: float) -> Spread:
    biases = (
        []
        if errors is None
        else [
            float(np.median(errors.residuals[errors.groups == group])) for group in sorted(set(errors.groups))
        ]
    )
    freedom = weight + len(biases)
    return Spread((weight * prior + sum(bias**2 for bias in biases)) / freedom, freedom)


def _centered(errors: Errors) -> Errors:
    residuals = errors.residuals.copy()
    for device in set(errors.groups):
        chosen = errors.groups == device
        residuals[chosen] -= np.median(residuals[chosen])
    return replace(errors, residuals=residuals)


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
