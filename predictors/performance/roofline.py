"""The calibrated roofline: the time that peak and bandwidth allow, times how far from it such work usually is.

A step takes at least the larger of its operations over the peak and its bytes over the bandwidth (Williams, Waterman
and Patterson 2009). The logarithm of measured over least time is a ridge regression on how intense and how large the
work is, and on the words of the condition; a word it never met counts as none. It is the baseline that others are held
against, and answers where nothing better is there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import Case, HardwareFacts, Prediction, Question
from predictors.performance.splits import SPLITS, family_of, folds

Floats = npt.NDArray[np.float64]

LEAST_RESULTS = 20
_FILE = "roofline.json"
_LEVEL = 0.9
_RIDGE = 1.0
_SHARES = {"training": 3.0, "inference": 1.0}
"""A step of training is a forward pass and a backward pass of twice the work."""
_BYTES = {"fp32": 4, "tf32": 4, "fp16": 2, "bf16": 2, "amp_fp16": 2, "amp_bf16": 2, "fp8": 1, "int8": 1}
_FALLBACK_BYTES = 4
_FAR = 3.0
"""An interval of a case that no fold could tell is as much wider as this."""


@dataclass(frozen=True, slots=True)
class Roofline:
    """A fitted one."""

    weights: Mapping[str, float]
    """Of each feature, by name."""
    half_widths: Mapping[str, float]
    """Of the interval of the logarithm, by case without its probes."""
    models: frozenset[str]
    families: frozenset[str]
    hardware: frozenset[str]

    def predict(self, questions: Sequence[Question]) -> list[Prediction]:
        """One prediction a question. Raises PredictionRefused when peak, bandwidth or work are not known."""
        return [self._one(question) for question in questions]

    def _one(self, question: Question) -> Prediction:
        compute, memory = least_seconds(question)
        off = sum(self.weights.get(name, 0.0) * value for name, value in features(question).items())
        seconds = max(compute, memory) * float(np.exp(off))
        case = Case(
            is_model_seen=question.profile.model_id in self.models,
            is_family_seen=family_of(question) in self.families,
            is_hardware_seen=question.hardware.hardware_id in self.hardware,
        )
        width = self.half_widths[_KEYS.get(case.name, "unseen hardware")]
        value = _answer(question, seconds)
        bound = max(compute, memory)
        parts = {"compute" if compute >= memory else "memory": bound, "software": seconds - bound}
        return Prediction(
            value,
            value * float(np.exp(-width)),
            value * float(np.exp(width)),
            _LEVEL,
            case,
            parts,
            self._warnings(question),
        )

    def _warnings(self, question: Question) -> tuple[str, ...]:
        unknown = [
            f"{name.replace('=', ' ')} was in no result it learned from"
            for name in features(question)
            if "=" in name and not name.startswith("hardware=") and name not in self.weights
        ]
        return tuple(unknown)

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        document = {
            "weights": dict(self.weights),
            "half_widths": dict(self.half_widths),
            **{name: sorted(getattr(self, name)) for name in ("models", "families", "hardware")},
        }
        (folder / _FILE).write_text(json.dumps(document, sort_keys=True, indent=1))

    @classmethod
    def load(cls, folder: Path) -> "Roofline":
        """Read what `save` wrote."""
        document = json.loads((folder / _FILE).read_text())
        seen = {name: frozenset(document[name]) for name in ("models", "families", "hardware")}
        return cls(document["weights"], document["half_widths"], **seen)


def fit(questions: Sequence[Question], values: Floats) -> Roofline:
    """Fit the regression, and the widths of intervals on folds that hold out what is new in each case.

    `values` are in the unit of each question's metric. Raises PredictionRefused for fewer than LEAST_RESULTS results,
    and for values that are not finite and above zero, or all the same.
    """
    if len(questions) < LEAST_RESULTS:
        raise PredictionRefused(
            f"{len(questions)} results are too few to learn from",
            hint=f"Import or collect at least {LEAST_RESULTS} whose model and device are known",
        )
    if not (np.isfinite(values) & (values > 0)).all():
        raise PredictionRefused("results to learn from have to be finite and above zero")
    if np.ptp(values) == 0:
        raise PredictionRefused("all results to learn from are the same", hint="Look at what was imported")
    off = log_off(questions, values)
    rows = [features(question) for question in questions]
    widths: dict[str, float] = {}
    for split in SPLITS:
        widest = max(widths.values(), default=float(np.std(off)))
        widths[split] = max(
            _width(questions, rows, off, split) or widest * _FAR, max(widths.values(), default=0.0)
        )
    return Roofline(
        _ridge(rows, off),
        widths,
        frozenset(question.profile.model_id or "" for question in questions),
        frozenset(map(family_of, questions)),
        frozenset(question.hardware.hardware_id for question in questions),
    )


def log_off(questions: Sequence[Question], values: Floats) -> Floats:
    """The logarithm of measured over least time of a step."""
    least = np.array([max(least_seconds(question)) for question in questions])
    seconds = np.array([_seconds(*pair) for pair in zip(questions, values, strict=True)])
    found: Floats = np.log(seconds / least)
    return found


def least_seconds(question: Question) -> tuple[float, float]:
    """How long the operations of a step take at the peak, and its bytes at the bandwidth.

    Raises PredictionRefused when one of them is not known.
    """
    hardware, profile = question.hardware, question.profile
    peak, bandwidth = peak_of(hardware, question.precision), hardware.memory_bandwidth
    if not peak or not bandwidth:
        missing = "peak (--peak-flops)" if not peak else "memory bandwidth (--memory-bandwidth)"
        raise PredictionRefused(
            f"the {missing} of {hardware.hardware_id!r} is not known",
            hint="Give it by hand, or add it to the catalogue",
        )
    if not profile.flops_per_item > 0 or question.batch_size < 1:
        raise PredictionRefused(f"the work of {profile.subject!r} is not known", hint="Give --flops by hand")
    share = _SHARES.get(question.mode, 1.0)
    moved = sum(each.read_elements + each.written_elements for each in profile.operators)
    size = _BYTES.get(question.precision, _FALLBACK_BYTES)
    elements = question.batch_size * moved + profile.parameter_count
    return (
        share * profile.flops_per_item * question.batch_size / peak,
        share * elements * size / bandwidth,
    )


def peak_of(hardware: HardwareFacts, precision: str) -> float | None:
    """The peak that a precision runs at: its own, else that of fp32."""
    known = {**hardware.peak_flops, **hardware.sustained_flops}
    return known.get(precision.removeprefix("amp_")) or known.get("fp32")


def features(question: Question) -> dict[str, float]:
    """By name: how intense, how large and how parallel the work is, and the words of the condition."""
    compute, memory = least_seconds(question)
    kind = question.hardware.kind or "unknown"
    bound = float(np.log(compute / memory)) if memory > 0 else 0.0
    found = {
        "constant": 1.0,
        f"{kind}: compute over memory": bound,
        f"{kind}: compute over memory, squared": bound**2 / 10,
        f"{kind}: seconds at the least": float(np.log(max(compute, memory))) + 4.0,
        f"{kind}: operations an item": float(np.log(question.profile.flops_per_item)) - 22.0,
    }
    words = {
        "kind": kind,
        "hardware": question.hardware.hardware_id,
        "mode": question.mode,
        "precision": question.precision,
        "compiler": question.compiler,
        "memory format": question.memory_format,
        "family": family_of(question),
        "runtime version": question.runtime_version,
    }
    return found | {f"{name}={word}": 1.0 for name, word in words.items() if word}


def _ridge(rows: Sequence[Mapping[str, float]], off: Floats) -> dict[str, float]:
    names = sorted(set().union(*rows))
    place = {name: number for number, name in enumerate(names)}
    design = np.zeros((len(rows), len(names)))
    for number, row in enumerate(rows):
        for name, value in row.items():
            design[number, place[name]] = value
    held = np.diag([1e-6 if name == "constant" else _RIDGE for name in names])
    solved = np.linalg.solve(design.T @ design + held, design.T @ off)
    return dict(zip(names, map(float, solved), strict=True))


def _width(
    questions: Sequence[Question], rows: Sequence[Mapping[str, float]], off: Floats, split: str
) -> float | None:
    """The half width that held the level in folds of this split, worst group first where groups are few."""
    by_fold: list[Floats] = []
    for train, test in folds(questions, split):
        weights = _ridge([rows[place] for place in train], off[train])
        told = [sum(weights.get(name, 0.0) * value for name, value in rows[place].items()) for place in test]
        by_fold.append(np.abs(off[test] - np.array(told)))
    if not by_fold:
        return None
    if split == "unseen hardware":
        # Each device brings a bias of its own: rows of one say nothing of the next, so the worst device counts.
        return max(float(np.quantile(each, _LEVEL)) for each in by_fold)
    pooled = np.concatenate(by_fold)
    return float(np.quantile(pooled, min(1.0, _LEVEL * (1 + 1 / len(pooled)))))


def _answer(question: Question, seconds: float) -> float:
    return seconds if question.metric == "latency_mean" else question.batch_size / seconds


def _seconds(question: Question, value: float) -> float:
    return value if question.metric == "latency_mean" else question.batch_size / value


_KEYS = {"seen": "rows", "unseen model": "unseen model", "unseen family": "unseen family"}
