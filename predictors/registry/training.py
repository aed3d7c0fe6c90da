"""Train a predictor on what was measured, keep it, and let it challenge the champion."""

from dataclasses import dataclass
from datetime import UTC, datetime

from benchmart import __version__
from benchmart.config import Home
from benchmart.errors import PredictionRefused
from benchmart.event_log.events import PredictorTrained, SplitScore
from benchmart.event_log.log import EventLog
from predictors.evaluation import evaluate
from predictors.measured import Measured
from predictors.performance import roofline
from predictors.performance.roofline import Roofline
from predictors.registry import store
from predictors.registry.champion import champion_of, decide

NAME = "roofline"


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of it."""

    version: str
    result_count: int
    skipped: int
    scores: list[SplitScore]
    is_champion: bool
    reason: str


def fit(measured: Measured) -> Roofline:
    """The predictor of these results. Raises PredictionRefused when they are too few or no rates."""
    return roofline.fit(measured.questions, measured.values)


def train(home: Home, measured: Measured) -> Trained:
    """Evaluate on what was not seen, keep the version, append the event that tells of it, and decide who serves.

    A champion that learned from other results is not scored anew: its scores are those of its own event. Training the
    champion again on the same results changes nothing.
    """
    predictor = fit(measured)
    version, digest = store.keep(home, NAME, predictor.save)
    scores = evaluate(measured, fit)
    champion = champion_of(home, NAME)
    if champion is not None and champion.version == version:
        return Trained(
            version,
            len(measured.values),
            measured.skipped,
            scores,
            is_champion=True,
            reason="it is the champion",
        )
    is_champion, reason = decide(scores, champion.scores if champion else None)
    event = PredictorTrained(
        collector="predict",
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        predictor=NAME,
        predictor_version=version,
        data_digest=measured.digest,
        weights_digest=digest,
        result_count=len(measured.values),
        scores=scores,
        is_champion=is_champion,
        reason=reason,
    )
    EventLog(home.events).append([event])
    return Trained(version, len(measured.values), measured.skipped, scores, is_champion, reason)


def serving(home: Home) -> tuple[str, Roofline]:
    """The version that serves, and its name: the home's champion, else the one that comes with the package.

    Raises PredictionRefused when there is none or its files are gone, LogCorrupted when they were changed.
    """
    champion = champion_of(home, NAME)
    if champion is None:
        packaged = store.packaged(NAME)
        if packaged is None:
            raise PredictionRefused("no predictor was trained", hint="Run `benchmart predict train`")
        return store.version_of(store.digest_of(packaged)), Roofline.load(packaged)
    folder = store.find(home, NAME, champion.version, champion.weights_digest)
    return champion.version, Roofline.load(folder)
