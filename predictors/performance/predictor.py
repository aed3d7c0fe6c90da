"""Answers questions of throughput and latency, with intervals and with the case each is in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import Case, HardwareFacts, Prediction, Question
from predictors.performance import storage
from predictors.performance.calibration import errors_of
from predictors.performance.engine import Engine, fit_engine
from predictors.performance.intervals import LEVEL, Widths, widths
from predictors.performance.operators import operator_table
from predictors.performance.physics import expand, terms
from predictors.performance.prepared import Prepared, Profiles, prepare, traced
from predictors.performance.questions import check, rows_of, with_operators
from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]

LEAST_RESULTS = 100
LEAST_MODELS = 20
# A profile without operators is a guess at them; this widens the interval's logarithm.
_STAND_IN = 1.5


@dataclass(frozen=True, slots=True)
class PerformancePredictor:
    """A trained predictor of seconds of a step; satisfies contract.Predictor."""

    engine: Engine
    widths: Widths
    hardware: frozenset[str]
    kinds: frozenset[str]
    probes: Mapping[str, int]
    """How many results of a device were taken in after training."""

    def predict(self, questions: Sequence[Question]) -> list[Prediction]:
        """One prediction a question, in their order. Raises PredictionRefused for what cannot be answered."""
        if not questions:
            return []
        for question in questions:
            check(question)
        known = [with_operators(question.profile) for question in questions]
        rows = rows_of(questions, [profile for profile, _ in known])
        # Questions may give different operators under one name; a number of its own keeps each apart.
        profiles = {
            (model, size): profile
            for model, size, (profile, _) in zip(rows.model, _sizes(rows), known, strict=True)
        }
        devices = {question.hardware.hardware_id: question.hardware for question in questions}
        rows = replace_sizes(rows)
        given = prepare(rows, profiles, devices)
        seconds = np.exp(self.engine.predict(given))
        parts = self._parts(rows, profiles, devices, seconds)
        cases = self._cases(given)
        return [
            self._answer(
                question,
                float(seconds[at]),
                cases[at],
                parts[at],
                is_traced=known[at][1],
                kind=given.configurations[at].kind,
            )
            for at, question in enumerate(questions)
        ]

    def _answer(
        self,
        question: Question,
        item: float,
        case: Case,
        parts: dict[str, float],
        *,
        is_traced: bool,
        kind: str,
    ) -> Prediction:
        half = self.widths.half_width(case, kind, is_kind_seen=kind in self.kinds)
        warnings = []
        if not is_traced:
            half *= _STAND_IN
            warnings.append("no operators are known: one matrix product of its size stands for the model")
        if not case.is_hardware_seen and not case.probes:
            warnings.append("extrapolating to unseen hardware: no result of it was ever learned from")
        value = 1 / item if question.metric == "throughput" else item * question.batch_size
        low, high = value * float(np.exp(-half)), value * float(np.exp(half))
        in_steps = {name: seconds * question.batch_size for name, seconds in parts.items()}
        return Prediction(value, low, high, LEVEL, case, in_steps, tuple(warnings))

    def _cases(self, given: Prepared) -> list[Case]:
        known = self.engine.field.entities
        keys, names, families = (set(map(str, column)) for column in (known.key, known.name, known.family))
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
            )
            for model, each in zip(given.which.tolist(), given.configurations, strict=True)
        ]

    @staticmethod
    def _parts(
        rows: Rows, profiles: Profiles, devices: Mapping[str, HardwareFacts], seconds: Floats
    ) -> list[dict[str, float]]:
        """Seconds of one item: arithmetic, traffic beyond it, launches beyond both, and what no limit explains.

        The limits are scaled down where they add up to more than the prediction.
        """
        table = operator_table([profiles[key] for key in zip(rows.model, rows.image_size, strict=True)])
        expanded = expand(rows, np.arange(len(rows)), table, devices)
        sums = terms(expanded, table, len(rows))
        bound = sums.bound.sum(axis=1)
        compute = np.minimum(sums.compute.sum(axis=1), bound)
        launch = np.maximum(0.0, sums.launch.sum(axis=1) - bound)
        limits = np.column_stack([compute, bound - compute, launch])
        limits *= np.minimum(1.0, seconds / (limits.sum(axis=1) + 1e-30))[:, None]
        return [
            {
                "compute": float(c),
                "memory": float(m),
                "launch": float(launched),
                "software": float(whole - c - m - launched),
            }
            for (c, m, launched), whole in zip(limits, seconds, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Writes safetensors, LightGBM text and JSON into a folder."""
        storage.save(folder, self.engine, self.widths, self._facts())

    def _facts(self) -> dict[str, object]:
        return {"hardware": sorted(self.hardware), "kinds": sorted(self.kinds), "probes": dict(self.probes)}

    @classmethod
    def load(cls, folder: Path) -> "PerformancePredictor":
        """What `save` wrote. Raises PredictionRefused when files are missing or damaged."""
        engine, known, facts = storage.load(folder)
        return cls(engine, known, frozenset(facts["hardware"]), frozenset(facts["kinds"]), facts["probes"])


def train(
    rows: Rows, profiles: Profiles, hardware: Mapping[str, HardwareFacts], *, seed: int = 1
) -> PerformancePredictor:
    """Trains on measured rows and learns intervals for every case; the same from the same seed.

    Raises PredictionRefused when there are too few results or models, or when all throughputs are equal.
    """
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
    found = widths(errors_of(engine, given, seed=seed))
    kinds = frozenset(each.kind for each in given.configurations)
    return PerformancePredictor(engine, found, frozenset(set(usable.hardware)), kinds, {})


def _sizes(rows: Rows) -> list[float]:
    """Image sizes with a number in the place of NaN, which is not equal to itself."""
    return [0.0 if np.isnan(size) else float(size) for size in rows.image_size]


def replace_sizes(rows: Rows) -> Rows:
    """The rows with sizes that can be keys."""
    return replace(rows, image_size=np.array(_sizes(rows)))
