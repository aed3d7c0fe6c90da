"""Answers questions of throughput and latency, with intervals and with the case each is in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.borrowing import BORROWED
from predictors.contract import Case, HardwareFacts, ModelProfile, Prediction, Question
from predictors.performance import storage
from predictors.performance.calibration import CASES, errors_of
from predictors.performance.conditions import Conditions, beyond, conditions_of
from predictors.performance.engine import Engine, fit_engine
from predictors.performance.intervals import LEVEL, Errors, Scatter, Widths, widths
from predictors.performance.parts import parts_of
from predictors.performance.prepared import Prepared, Profiles, prepare, traced
from predictors.performance.questions import check, rows_of, with_operators
from predictors.performance.rows import Rows
from predictors.performance.versions import assumed_versions

Floats = npt.NDArray[np.float64]

LEAST_RESULTS = 60
LEAST_MODELS = 20
# Borrowed operators are a guess at its own; this widens the interval's logarithm.
_BORROWED = 1.5


@dataclass(frozen=True, slots=True)
class PerformancePredictor:
    """A trained predictor of seconds of a step; satisfies contract.Predictor."""

    engine: Engine
    widths: Widths
    hardware: frozenset[str]
    conditions: Mapping[str, Conditions]
    """What it has met, by kind of device."""
    probes: Mapping[str, int]
    """How many results of a device were taken in after training."""
    scatter: Mapping[str, Scatter] = field(default_factory=dict)
    """How far off those of a device were."""

    def predict(self, questions: Sequence[Question]) -> list[Prediction]:
        """One prediction a question, in their order. Raises PredictionRefused for what cannot be answered."""
        if not questions:
            return []
        asked = self._asked(questions)
        seconds = np.exp(self.engine.predict(asked.given))
        parts = parts_of(asked.given.rows, asked.profiles, asked.devices, seconds)
        cases = self._cases(asked.given)
        return [
            self._answer(asked, at, float(seconds[at]), cases[at], parts[at]) for at in range(len(questions))
        ]

    @property
    def result_count(self) -> int:
        """Conditions of models that it has learned from, or taken in, a result of."""
        return int(np.isfinite(self.engine.field.table).sum())

    def knows(self, questions: Sequence[Question]) -> list[bool]:
        """Whether it has learned from, or taken in, a result of the same model, device and condition."""
        given = self._asked(questions).given
        keys = given.models.key[given.which]
        return self.engine.field.knows([str(key) for key in keys], given.configurations)

    def _asked(self, questions: Sequence[Question]) -> "_Asked":
        """Raises PredictionRefused for a question that cannot be answered."""
        for question in questions:
            check(question)
        known = [with_operators(question.profile) for question in questions]
        rows = replace_sizes(rows_of(questions, known))
        rows, assumed = assumed_versions(rows, self.engine.field.configurations)
        profiles = dict(zip(zip(rows.model, rows.image_size, strict=True), known, strict=True))
        devices = {question.hardware.hardware_id: question.hardware for question in questions}
        by_kind: dict[str, set[str]] = {}
        for each in self.engine.field.trained:
            by_kind.setdefault(each.kind, set()).add(each.hardware)
        given = prepare(rows, profiles, devices)
        return _Asked(questions, given, known, assumed, profiles, devices, by_kind)

    def _answer(
        self, asked: "_Asked", at: int, item: float, case: Case, parts: dict[str, float]
    ) -> Prediction:
        question, rows = asked.questions[at], asked.given.rows
        half, warnings = self._half_width(asked, at, case)
        borrowed_from = asked.known[at].attributes.get(BORROWED)
        if borrowed_from is not None:
            half *= _BORROWED
            warnings.append(f"no operators of {rows.model[at]} are known: {borrowed_from} lends its own")
        if asked.versions[at] is not None:
            warnings.append(f"no version of the runtime is stated: {asked.versions[at]} is assumed")
        if not case.is_hardware_seen and not case.probes:
            warnings.append("extrapolating to unseen hardware: no result of it was ever learned from")
        value = 1 / item if question.metric == "throughput" else item * question.batch_size
        low, high = value * float(np.exp(-half)), value * float(np.exp(half))
        in_steps = {name: seconds * question.batch_size for name, seconds in parts.items()}
        return Prediction(value, low, high, LEVEL, case, in_steps, tuple(warnings))

    def _half_width(self, asked: "_Asked", at: int, case: Case) -> tuple[float, list[str]]:
        configuration = asked.given.configurations[at]
        known = self.conditions.get(configuration.kind)
        half = self.widths.half_width(
            case,
            configuration.kind,
            kind_devices=len(asked.by_kind.get(configuration.kind, ())),
            scatter=self.scatter.get(configuration.hardware),
        )
        factor, more, warnings = beyond(known, asked.given.rows, at)
        return half * factor + more, warnings

    def _cases(self, given: Prepared) -> list[Case]:
        keys, names, families = self.engine.field.entities.words
        conditions = self.engine.field.well_known(LEAST_MODELS)
        models = given.models
        by_model = [
            (str(key) in keys or str(name) in names, str(family) in families)
            for key, name, family in zip(models.key, models.name, models.family, strict=True)
        ]
        return [
            Case(
                is_model_seen=by_model[model][0],
                is_family_seen=by_model[model][1],
                is_hardware_seen=each.hardware in self.hardware,
                probes=self.probes.get(each.hardware, 0),
                is_condition_seen=each in conditions,
            )
            for model, each in zip(given.which.tolist(), given.configurations, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Writes safetensors, LightGBM text and JSON into a folder."""
        storage.save(folder, self.engine, self.widths, self._facts())

    def _facts(self) -> dict[str, object]:
        return {
            "hardware": sorted(self.hardware),
            "conditions": {kind: asdict(each) for kind, each in self.conditions.items()},
            "probes": dict(self.probes),
            "scatter": {device: asdict(each) for device, each in self.scatter.items()},
        }

    @classmethod
    def load(cls, folder: Path) -> "PerformancePredictor":
        """What `save` wrote. Raises PredictionRefused when files are missing or damaged."""
        engine, known, facts = storage.load(folder)
        scatter = {device: Scatter(**each) for device, each in facts["scatter"].items()}
        met = {
            kind: Conditions(each["words"], tuple(each["batch_sizes"]))
            for kind, each in facts["conditions"].items()
        }
        return cls(engine, known, frozenset(facts["hardware"]), met, facts["probes"], scatter)


def train(
    rows: Rows, profiles: Profiles, hardware: Mapping[str, HardwareFacts], *, seed: int = 1
) -> PerformancePredictor:
    """Trains on measured rows and learns intervals for every case; the same from the same seed.

    Raises PredictionRefused when there are too few results or models, or when all throughputs are equal.
    """
    return fit(rows, profiles, hardware, seed=seed)[0]


def fit(
    rows: Rows,
    profiles: Profiles,
    hardware: Mapping[str, HardwareFacts],
    *,
    seed: int = 1,
    cases: Sequence[str] = CASES,
) -> tuple[PerformancePredictor, dict[str, Errors]]:
    """What `train` gives, and its errors on what was hidden from it, for some cases only if asked."""
    usable = rows.take(traced(rows, profiles) & np.isfinite(rows.throughput) & (rows.throughput > 0))
    models = len(set(usable.model))
    if len(usable) < LEAST_RESULTS or models < LEAST_MODELS:
        raise PredictionRefused(
            f"{len(usable)} results of {models} traced models are too few to learn from",
            hint=f"It takes {LEAST_RESULTS} results of {LEAST_MODELS} models; trace models with `benchmart profile`",
        )
    if len(set(usable.throughput.tolist())) < LEAST_MODELS:
        raise PredictionRefused(
            "the throughputs hardly differ", hint="Check whether the results were measured"
        )
    given = prepare(usable, profiles, hardware)
    engine = fit_engine(given, seed=seed)
    errors = errors_of(engine, given, seed=seed, cases=tuple(cases))
    met = conditions_of(given.rows, given.configurations)
    return PerformancePredictor(engine, widths(errors), frozenset(set(usable.hardware)), met, {}), errors


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions as rows, with what is known of their models and devices."""

    questions: Sequence[Question]
    given: Prepared
    known: Sequence[ModelProfile]
    """The profile of each question, with operators."""
    versions: Sequence[str | None]
    """Of the runtime, where one was assumed."""
    profiles: Profiles
    devices: Mapping[str, HardwareFacts]
    by_kind: Mapping[str, set[str]]
    """Devices of each kind that were learned from."""


def _sizes(rows: Rows) -> list[float]:
    """Image sizes with a number in the place of NaN, which is not equal to itself."""
    return [0.0 if np.isnan(size) else float(size) for size in rows.image_size]


def replace_sizes(rows: Rows) -> Rows:
    """The rows with sizes that can be keys."""
    return replace(rows, image_size=np.array(_sizes(rows)))
