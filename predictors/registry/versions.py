"""Versions of any predictor: keeping one and telling of it, and finding the one that serves."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from benchmart import __version__
from benchmart.config import Home
from benchmart.errors import PredictionRefused
from benchmart.event_log.events import PredictorTrained, SplitScore
from benchmart.event_log.log import EventLog
from predictors.registry import store
from predictors.registry.champion import champion_of

_Predictor = TypeVar("_Predictor")


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of training."""

    predictor: str
    version: str
    """Empty until it is kept."""
    result_count: int
    skipped: int
    """Results of which too little is known."""
    scores: Sequence[SplitScore]
    is_champion: bool
    reason: str


def announce(home: Home, trained: Trained, save: Callable[[Path], None], data_digest: str) -> Trained:
    """Keep the files as a version, and append the event that tells of it; what was trained, with its version."""
    version, digest = store.keep(home, trained.predictor, save)
    event = PredictorTrained(
        collector="predict",
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        predictor=trained.predictor,
        predictor_version=version,
        data_digest=data_digest,
        weights_digest=digest,
        result_count=trained.result_count,
        scores=list(trained.scores),
        is_champion=trained.is_champion,
        reason=trained.reason,
    )
    EventLog(home.events).append([event])
    return replace(trained, version=version)


def serving(home: Home, name: str, load: Callable[[Path], _Predictor]) -> tuple[str, _Predictor]:
    """The version that serves, and what was loaded: the home's champion, else what comes with the package.

    Raises PredictionRefused when there is none or its files are gone, LogCorrupted when they were changed.
    """
    champion = champion_of(home, name)
    if champion is not None:
        return champion.version, load(store.find(home, name, champion.version, champion.weights_digest))
    packaged = store.packaged(name)
    if packaged is None:
        raise PredictionRefused(f"no predictor of {name} was trained", hint="Run `benchmart predict train`")
    return store.version_of(store.digest_of(packaged)), load(packaged)


def packaged_scores(name: str) -> list[SplitScore] | None:
    """What the card of the version that comes with the package says of it; None without one."""
    folder = store.packaged(name)
    if folder is None:
        return None
    card = json.loads((folder / store.CARD).read_text(encoding="utf-8"))
    return [SplitScore(**score) for score in card["scores"]]
