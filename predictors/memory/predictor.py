"""Answers about memory: peaks with an upper bound, and the largest batch that fits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from benchmart.errors import PredictionRefused
from predictors.contract import Case, Prediction, Question
from predictors.memory.capacity import largest_batches
from predictors.memory.design import Inputs, Profiles, inputs, regime
from predictors.memory.facts import Floats
from predictors.memory.groups import plain_name, prefix_family
from predictors.memory.labels import Workload
from predictors.memory.model import LEVEL, Margin, Point, cross, fit_margin, fit_point
from predictors.memory.study import MODES, SPLITS, Study, missing, study
from predictors.memory.terms import TERMS

METRICS = ("memory_device_peak", "memory_process_peak", "memory_peak", "memory_reserved_peak")
"""The first two count the device's context, the others do not."""

LADDER_START = 2**16


@dataclass(frozen=True, slots=True)
class ModeModel:
    """What is known of memory in one mode."""

    point: Point
    peaks: Mapping[str, Margin]
    """By SPLITS. Empty when no peak was measured in this mode."""
    batches: Mapping[str, Margin]
    """By SPLITS, for the largest batch that is safe. Empty when no batch failed in this mode."""

    def margin(self, split: str, *, is_batch: bool) -> Margin:
        """Of peaks or batches, each standing in for the other."""
        chosen = (self.batches or self.peaks) if is_batch else (self.peaks or self.batches)
        return chosen[split]


@dataclass(frozen=True, slots=True)
class LargestBatch:
    """What fits on a device. Bytes; batches are of the ladder 1, 2, 3, 4, 6, 8, 12, 16, ..."""

    batch: int
    """The largest that is meant to run in `level` of such cases; 0 when none is."""
    expected_batch: int
    """The largest whose expected peak fits."""
    card_bytes: float
    level: float
    case: Case
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MemoryPredictor:
    """A `contract.Predictor` of METRICS."""

    modes: Mapping[str, ModeModel]
    models: frozenset[str]
    """Plain names that were seen."""
    families: frozenset[str]
    hardware: frozenset[str]

    def predict(self, questions: Sequence[Question]) -> list[Prediction]:
        """Expected peaks in bytes, each with the interval from nothing to an upper bound that `level` of peaks keep.

        The parts are bytes by term and sum up to the peak. Raises PredictionRefused for another metric than METRICS,
        a precision or mode whose bytes are not known, several devices, and batches below 1.
        """
        for question in questions:
            _check(question)
        answers: list[Prediction | None] = [None] * len(questions)
        for mode in sorted({question.mode for question in questions}):
            rows = [row for row, question in enumerate(questions) if question.mode == mode]
            for row, answer in zip(rows, self._of_mode(mode, [questions[row] for row in rows]), strict=True):
                answers[row] = answer
        return [answer for answer in answers if answer is not None]

    def largest_batch(self, question: Question, start: int = LADDER_START) -> LargestBatch:
        """The largest batch from `start` down the ladder; the question's own batch does not count.

        Raises PredictionRefused like `predict`, and when the size of the device's memory is not known.
        """
        _check(replace(question, batch_size=1))
        workload = _workload(question)
        if not workload.card_bytes:
            raise PredictionRefused(
                f"how much memory {question.hardware.hardware_id} has is not known",
                hint="Give it with --memory-bytes",
            )
        model, case = self._model(question.mode), self._case(question)
        margin = model.margin(_split(case), is_batch=True)
        asked = [(question.profile, workload, start)]
        [expected] = largest_batches(asked, model.point.log_bytes)
        [safe] = largest_batches(asked, lambda each: model.point.log_bytes(each) + margin.log_bytes(each))
        warnings = _warnings(self, question, workload)
        return LargestBatch(min(safe, expected), expected, workload.card_bytes, LEVEL, case, warnings)

    def _of_mode(self, mode: str, questions: Sequence[Question]) -> list[Prediction]:
        model = self._model(mode)
        asked = inputs([(each.profile, _workload(each), each.batch_size) for each in questions])
        value = np.exp(model.point.log_bytes(asked))
        parts = _parts(model.point, asked, value)
        answers = []
        for row, question in enumerate(questions):
            case = self._case(question)
            margin = model.margin(_split(case), is_batch=False).log_bytes(asked[np.array([row])])
            its = dict(zip(TERMS, parts[row].tolist(), strict=True))
            above = 0.0 if "device" in question.metric or "process" in question.metric else its.pop("context")
            high = float(value[row] * np.exp(margin[0])) - above
            warnings = list(_warnings(self, question, _workload(question)))
            if question.hardware.memory_bytes and high > question.hardware.memory_bytes:
                is_sure = value[row] > question.hardware.memory_bytes
                warnings.append("does not fit into the device" if is_sure else "may not fit into the device")
            answers.append(
                Prediction(float(value[row]) - above, 0.0, high, LEVEL, case, its, tuple(warnings))
            )
        return answers

    def _model(self, mode: str) -> ModeModel:
        if mode not in self.modes:
            raise PredictionRefused(
                f"memory of mode {mode!r} is not known", hint=f"Known: {', '.join(sorted(self.modes))}"
            )
        return self.modes[mode]

    def _case(self, question: Question) -> Case:
        subject = question.profile.subject
        return Case(
            is_model_seen=plain_name(subject) in self.models,
            is_family_seen=prefix_family(subject) in self.families,
            is_hardware_seen=question.hardware.hardware_id in self.hardware,
        )


def train(connection: duckdb.DuckDBPyConnection, profiles: Profiles, *, seed: int = 0) -> MemoryPredictor:
    """A predictor of what the marts hold, for the modes that were measured.

    Raises PredictionRefused when no mode was measured of enough models.
    """
    known = {}
    refused: PredictionRefused | None = None
    for mode in MODES:
        try:
            known[mode] = study(connection, profiles, mode)
        except PredictionRefused as error:
            refused = refused or error
    if refused and not known:
        raise refused
    workloads = [bound.workload for its in known.values() for bound in its.bounds]
    return MemoryPredictor(
        modes={mode: _fit(its, seed) for mode, its in known.items()},
        models=frozenset(plain_name(workload.subject) for workload in workloads),
        families=frozenset(prefix_family(workload.subject) for workload in workloads),
        hardware=frozenset(workload.hardware_id for workload in workloads if workload.hardware_id),
    )


def _fit(known: Study, seed: int) -> ModeModel:
    peaks: dict[str, Margin] = {}
    batches: dict[str, Margin] = {}
    for split in SPLITS:
        crossed = cross(known.inputs, known.targets, known.groups[split], seed)
        for margins, rows in ((peaks, known.measured), (batches, known.failed)):
            if len(rows) >= _FEWEST_ROWS:
                above = missing(known, crossed.fitted, rows)
                margins[split] = fit_margin(known.inputs.features[rows], above, crossed.fold[rows], seed)
    if not peaks and not batches:
        raise PredictionRefused(
            f"memory of {known.mode} was bounded by fewer than {_FEWEST_ROWS} results, too few to say how sure it is",
            hint="Import more results of that mode",
        )
    return ModeModel(fit_point(known.inputs, known.targets, seed), peaks, batches)


def _split(case: Case) -> str:
    """Which margin holds: that for unseen families, else that for unseen models, which is wide for seen ones."""
    return SPLITS[0] if case.is_family_seen else SPLITS[1]


def _parts(point: Point, asked: Inputs, value: Floats) -> Floats:
    """Bytes by term that sum up to `value`, (n, TERMS)."""
    parts = point.physics.parts(asked)
    scaled: Floats = parts * (value / parts.sum(axis=1))[:, None]
    return scaled


def _workload(question: Question) -> Workload:
    return Workload(
        subject=question.profile.subject,
        image_size=question.profile.image_size,
        mode=question.mode,
        precision=question.precision,
        compiler=question.compiler or "eager",
        memory_format=question.memory_format or "nchw",
        runtime_version=question.runtime_version,
        hardware_id=question.hardware.hardware_id,
        card_bytes=question.hardware.memory_bytes,
    )


def _warnings(predictor: MemoryPredictor, question: Question, workload: Workload) -> list[str]:
    found = []
    if regime(workload) not in predictor.modes[question.mode].point.physics.weights:
        found.append(
            f"{regime(workload)} was never measured: the terms of the most similar condition are used"
        )
    if question.profile.sequence_length:
        found.append(
            "models of sequences were never measured: their memory follows from physics of image models"
        )
    if question.profile.saved_elements_per_item is None and question.mode == "training":
        found.append("what autograd keeps was not traced: all that operators write stands for it")
    if question.metric in METRICS[2:]:
        found.append(
            "the device's context is taken away by its fitted size, which was not measured by itself"
        )
    return found


def _check(question: Question) -> None:
    if question.metric not in METRICS:
        raise PredictionRefused(
            f"{question.metric!r} is no metric of memory that can be predicted",
            hint=f"Ask for {', '.join(METRICS)}",
        )
    if question.batch_size < 1:
        raise PredictionRefused(f"a batch of {question.batch_size} holds nothing", hint="Give 1 or more")
    if question.device_count != 1:
        raise PredictionRefused(
            f"memory on {question.device_count} devices was never measured",
            hint="Ask for one device; sharded states follow from `predictors.memory.states`",
        )
    count = question.profile.parameter_count
    if not math.isfinite(count) or count < 0:
        raise PredictionRefused(f"{question.profile.subject} has {count} parameters", where="its profile")


_FEWEST_ROWS = 100
