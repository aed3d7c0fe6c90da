"""What a predictor goes by, looked at over questions: its features, its stages and the terms of its seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from predictors.contract import Prediction, Question
from predictors.performance.importance import Importance, importance
from predictors.performance.predictor import PerformancePredictor, replace_sizes
from predictors.performance.prepared import Prepared, prepare
from predictors.performance.questions import rows_of
from predictors.performance.stages import Stage, Term, stages, terms
from predictors.typical_questions import Sample


@dataclass(frozen=True)
class Explained:
    """A predictor and the questions it is looked at with; each answer is computed when it is asked for first."""

    predictor: PerformancePredictor
    sample: Sample

    @cached_property
    def importance(self) -> Importance:
        """Features and groups."""
        return importance(self.predictor.engine.trees, self._given)

    @cached_property
    def stages(self) -> Sequence[Stage]:
        """What each stage explains."""
        engine, measured = self.predictor.engine, self.sample.values
        target = engine.predict(self._given) if measured is None else -np.log(measured)
        return stages(engine, self._given, np.asarray(target, dtype=float))

    @cached_property
    def terms(self) -> Sequence[Term]:
        """Shares of a step's seconds over all questions."""
        return terms(self._said)

    @cached_property
    def terms_by_device(self) -> Mapping[str, Sequence[Term]]:
        """The same by device, those with most questions first."""
        by_device: dict[str, list[Prediction]] = {}
        for question, said in zip(self.sample.questions, self._said, strict=True):
            by_device.setdefault(question.hardware.hardware_id, []).append(said)
        order = sorted(by_device.items(), key=lambda each: (-len(each[1]), each[0]))
        return {device: terms(each) for device, each in order}

    @cached_property
    def _said(self) -> Sequence[Prediction]:
        return self.predictor.predict(self.sample.questions)

    @cached_property
    def _given(self) -> Prepared:
        return prepared(self.sample.questions)


def prepared(questions: Sequence[Question]) -> Prepared:
    """Features and physics of questions whose profiles have operators."""
    rows = replace_sizes(rows_of(questions, [each.profile for each in questions]))
    keys = zip(rows.model, rows.image_size, strict=True)
    profiles = {key: each.profile for key, each in zip(keys, questions, strict=True)}
    return prepare(rows, profiles, {each.hardware.hardware_id: each.hardware for each in questions})
