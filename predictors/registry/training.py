"""Train a predictor on what was measured, keep it, and let it challenge the champion."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from benchmart.event_log.events import SplitScore
from predictors.measured import Measured
from predictors.performance.from_questions import take_in, train_on
from predictors.performance.held_out import held_out_scores
from predictors.performance.predictor import LEAST_RESULTS, PerformancePredictor
from predictors.registry import versions
from predictors.registry.champion import champion_of, decide
from predictors.registry.versions import Trained, announce
from predictors.scoring import scores_by_case

NAME = "performance"
SEED = 1


@dataclass(frozen=True, slots=True)
class Challenger:
    """A predictor that wants to serve."""

    predictor: PerformancePredictor
    scores: Sequence[SplitScore]
    """On results that it had not seen when it answered."""
    verdict: tuple[bool, str]
    """Whether it serves, and why."""


def train(home: Home, measured: Measured) -> Trained:
    """Learn, keep the version, append the event that tells of it and of its scores, and decide who serves.

    Where the version that serves has learned from more results than are here, or from hardly any of them, it takes in
    those that are new to it; else one is trained anew. Training again on the same results changes nothing.

    Raises PredictionRefused when nothing can be learned from.
    """
    learned = measured.learnable()
    if not learned.questions:
        raise PredictionRefused(
            "there is no result to learn from", hint="Import or collect results of models, and build"
        )
    champion = champion_of(home, NAME)
    if champion is not None and champion.data_digest == measured.digest:
        return _told(
            champion.version, measured, champion.scores, (True, "it is the champion of the same results")
        )
    challenger = _challenger(home, measured, learned)
    if isinstance(challenger, Trained):
        return challenger
    done = _told("", measured, challenger.scores, challenger.verdict)
    return announce(home, done, challenger.predictor.save, measured.digest)


def serving(home: Home) -> tuple[str, PerformancePredictor]:
    """The version that serves, and its name: the home's champion, else the one that comes with the package.

    Raises PredictionRefused when there is none or its files are gone, LogCorrupted when they were changed.
    """
    return versions.serving(home, NAME, PerformancePredictor.load)


def _challenger(home: Home, measured: Measured, learned: Measured) -> Challenger | Trained:
    """One that was trained anew, or the champion with what is new to it where it has learned from more."""
    try:
        version, served = serving(home)
    except PredictionRefused:
        return _trained_anew(learned, None, ())
    champion = champion_of(home, NAME)
    scores = champion.scores if champion else versions.packaged_scores(NAME) or ()
    is_known = np.array(served.knows(learned.questions), dtype=bool)
    # With nothing in common there is nothing to compare on, however many results there are.
    if served.result_count <= len(learned.values) and is_known.sum() >= LEAST_RESULTS:
        return _trained_anew(learned, is_known, scores)
    if is_known.all():
        return _told(version, measured, scores, (True, "nothing is new to the version that serves"))
    return _taking_in(served, learned.part(np.flatnonzero(~is_known)))


def _trained_anew(
    learned: Measured, is_known: npt.NDArray[np.bool_] | None, to_beat: Sequence[SplitScore]
) -> Challenger:
    """Held against the champion on the results that both have learned from: others may be harder.

    Args:
        learned: Results.
        is_known: Which of them the champion has learned from; None without a champion.
        to_beat: The champion's scores.
    """
    predictor, errors = train_on(learned.questions, learned.values, seed=SEED)
    scores = held_out_scores(errors, seed=SEED)
    if is_known is None:
        return Challenger(predictor, scores, (True, "there was no champion"))
    of_both = {case: each.take(is_known[each.rows]) for case, each in errors.items()}
    common = held_out_scores({case: each for case, each in of_both.items() if len(each.rows)}, seed=SEED)
    return Challenger(predictor, scores, decide(common, to_beat, more=int((~is_known).sum())))


def _taking_in(served: PerformancePredictor, new: Measured) -> Challenger:
    """The version that serves with these results, which are scored before they are taken in."""
    scores = scores_by_case(new, served.predict(new.questions))
    adapted = take_in(served, new.questions, new.values, seed=SEED)
    reason = f"it takes in {len(new.values)} results that are new to it"
    return Challenger(adapted, scores, (True, reason))


def _told(
    version: str, measured: Measured, scores: Sequence[SplitScore], verdict: tuple[bool, str]
) -> Trained:
    is_champion, reason = verdict
    count = len(measured.learnable().values)
    skipped = len(measured.values) - count + measured.skipped
    return Trained(NAME, version, count, skipped, scores, is_champion, reason)
