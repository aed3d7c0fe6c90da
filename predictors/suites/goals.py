"""The numbers to reach, as data: one row a number, with what it was set against."""

from dataclasses import dataclass
from math import inf, isfinite


@dataclass(frozen=True, slots=True)
class Goal:
    """A number of a split of a suite that is meant to lie between `least` and `most`, both included."""

    suite: str
    split: str
    """Of lines; one that ends in `*` is of all splits that begin so."""
    quantity: str
    least: float
    most: float
    source: str
    """What was known when it was set."""

    def is_of(self, suite: str, split: str) -> bool:
        """Whether it is for such a line."""
        is_split = split.startswith(self.split[:-1]) if self.split.endswith("*") else split == self.split
        return suite == self.suite and is_split

    def is_reached(self, value: float | None) -> bool:
        """Whether the number lies where it is meant to; one that is missing or not finite does not."""
        return value is not None and isfinite(value) and self.least <= value <= self.most

    def __str__(self) -> str:
        name = _NAMES.get(self.quantity, self.quantity.replace("_", " "))
        if self.quantity.endswith("seconds"):
            return f"{name} <= {self.most:g} s"
        if self.quantity in _PLAIN:
            return f"{name} >= {self.least:g}"
        if self.least > -inf and self.most < inf:
            return f"{name} {100 * self.least:g}-{100 * self.most:g} %"
        sign, bound = ("<=", self.most) if self.most < inf else (">=", self.least)
        return f"{name} {sign} {100 * bound:g} %"


_NAMES = {"median_error": "median", "mean_error": "mean", "coverage": "holds"}
_PLAIN = {"spearman", "average_precision"}

_ROWS = "LightGBM on operators 3.0 / 4.8; measuring again differs by 0.4"
_MODEL = "LightGBM on operators 4.9 / 8.3"
_FAMILY = "blend of LightGBM and a network 8.6 / 15.6"
_DEVICE = "blend of four boosters 11.3 / 13.9, mean over GPUs"
_PROBED = "matched transfer and ridge, designed probes: 8.1 / 12.0 with 5, 7.4 / 9.8 with 20"
_INTERVALS = "conformal by rows: 92, 87 and 83 %; 21 to 94 % on devices"
_MEMORY = "LightGBM on physics 4.7 / 9.9 and 7.0 / 12.7; FakeTensor 43 / 46"
_BATCH = "network on brackets: exact 61, within one step 95.5, out of memory 23 %"
_HELP = "HELP publishes .932 on six devices (arXiv 2106.08630); factors and ridge .944"
_NEUSIGHT = "NeuSight's authors 8.9 over 80 networks (arXiv 2407.13853), roofline 31"
_OUTLIERS = "regression of a column on the others: .59, precision .62, recall .87"
_SPEED = "what people wait for without noticing"

GOALS = (
    Goal("throughput", "a", "median_error", -inf, 0.020, _ROWS),
    Goal("throughput", "a", "mean_error", -inf, 0.035, _ROWS),
    Goal("throughput", "a", "coverage", 0.885, 0.92, _INTERVALS),
    Goal("throughput", "b2", "median_error", -inf, 0.035, _MODEL),
    Goal("throughput", "b2", "mean_error", -inf, 0.060, _MODEL),
    Goal("throughput", "b2", "coverage", 0.885, 0.92, _INTERVALS),
    Goal("throughput", "c", "median_error", -inf, 0.065, _FAMILY),
    Goal("throughput", "c", "mean_error", -inf, 0.110, _FAMILY),
    Goal("throughput", "c", "coverage", 0.885, 0.92, _INTERVALS),
    Goal("throughput", "d, 0 probes, mean over GPUs", "median_error", -inf, 0.09, _DEVICE),
    Goal("throughput", "d, 0 probes, mean over GPUs", "mean_error", -inf, 0.12, _DEVICE),
    Goal("throughput", "d, 5 probes, mean over GPUs", "median_error", -inf, 0.06, _PROBED),
    Goal("throughput", "d, 5 probes, mean over GPUs", "mean_error", -inf, 0.095, _PROBED),
    Goal("throughput", "d, 20 probes, mean over GPUs", "median_error", -inf, 0.05, _PROBED),
    Goal("throughput", "d, 20 probes, mean over GPUs", "mean_error", -inf, 0.075, _PROBED),
    Goal("throughput", "d, *", "worst_coverage", 0.85, inf, _INTERVALS),
    Goal("memory", "unseen model: peak, training", "median_error", -inf, 0.03, _MEMORY),
    Goal("memory", "unseen model: peak, training", "mean_error", -inf, 0.06, _MEMORY),
    Goal("memory", "unseen model: peak, training", "coverage", 0.94, inf, _MEMORY),
    Goal("memory", "unseen family: peak, training", "median_error", -inf, 0.05, _MEMORY),
    Goal("memory", "unseen family: peak, training", "mean_error", -inf, 0.09, _MEMORY),
    Goal("memory", "unseen family: peak, training", "coverage", 0.94, inf, _MEMORY),
    Goal("memory", "unseen model: safe largest batch, training", "exact", 0.75, inf, _BATCH),
    Goal("memory", "unseen model: safe largest batch, training", "within_one", 0.98, inf, _BATCH),
    Goal("memory", "unseen model: safe largest batch, training", "out_of_memory", -inf, 0.08, _BATCH),
    Goal("transfer", "nasbench201, 10 probes", "spearman", 0.955, inf, _HELP),
    Goal("transfer", "fbnet, 10 probes", "spearman", 0.955, inf, _HELP),
    Goal("transfer", "ofa, 10 probes", "spearman", 0.955, inf, _HELP),
    Goal("transfer", "nasbench201, 10 probes, published test devices", "spearman", 0.955, inf, _HELP),
    Goal("kernels", "all", "mean_error", -inf, 0.09, _NEUSIGHT),
    Goal("outliers", "mean of seeds", "average_precision", 0.75, inf, _OUTLIERS),
    Goal("outliers", "mean of seeds", "precision_at_changed", 0.72, inf, _OUTLIERS),
    Goal("outliers", "mean of seeds", "recall_at_one_percent_false_alarms", 0.93, inf, _OUTLIERS),
    Goal("speed", "one prediction, warm", "median_seconds", -inf, 0.005, _SPEED),
    Goal("speed", "matrix of 100 models and 20 devices", "median_seconds", -inf, 2.0, _SPEED),
    Goal("speed", "training on all results", "seconds", -inf, 600.0, _SPEED),
)


def goals_of(suite: str, split: str) -> tuple[Goal, ...]:
    """The goals of lines of such a split."""
    return tuple(goal for goal in GOALS if goal.is_of(suite, split))
