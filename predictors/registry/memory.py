"""The predictor of memory: trained on peaks and on batches that did not fit, kept and served like the other."""

from hashlib import sha256

import duckdb

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from benchmart.event_log.events import SplitScore
from predictors.facts import Facts
from predictors.memory import storing
from predictors.memory.design import Profiles, by_subject_and_size
from predictors.memory.evaluation import CORRECTED, evaluate
from predictors.memory.predictor import MemoryPredictor, train
from predictors.memory.study import MODES, study
from predictors.registry import versions
from predictors.registry.champion import champion_of, decide
from predictors.registry.versions import Trained, announce

NAME = "memory"
_PEAK = "peak, "


def train_memory(home: Home, connection: duckdb.DuckDBPyConnection) -> Trained:
    """Learn from all that bounds memory in a warehouse, keep the version, and let it challenge the champion.

    Raises PredictionRefused when no mode was measured of enough models.
    """
    profiles = by_subject_and_size(Facts(connection).traced)
    digest, count = _digest(connection, profiles)
    champion = champion_of(home, NAME)
    if champion is not None and champion.data_digest == digest:
        reason = "it is the champion of the same results"
        return Trained(NAME, champion.version, count, 0, champion.scores, is_champion=True, reason=reason)
    predictor = train(connection, profiles)
    scores = _scores(connection, profiles)
    to_beat = champion.scores if champion else versions.packaged_scores(NAME)
    is_champion, reason = decide(scores, to_beat)
    done = Trained(NAME, "", count, 0, scores, is_champion, reason)
    return announce(home, done, lambda folder: storing.save(predictor, folder), digest)


def serving(home: Home) -> tuple[str, MemoryPredictor]:
    """The version that serves, and its name. Raises PredictionRefused when there is none."""
    return versions.serving(home, NAME, storing.load)


def _digest(connection: duckdb.DuckDBPyConnection, profiles: Profiles) -> tuple[str, int]:
    """sha-256 over all bounds, and how many there are."""
    digest, count = sha256(), 0
    for mode in MODES:
        try:
            known = study(connection, profiles, mode)
        except PredictionRefused:
            continue
        for line in sorted(
            f"{bound.workload} {bound.batch} {bound.low!r} {bound.high!r}" for bound in known.bounds
        ):
            digest.update(line.encode())
            count += 1
    return digest.hexdigest(), count


def _scores(connection: duckdb.DuckDBPyConnection, profiles: Profiles) -> list[SplitScore]:
    """Of peaks whose models were held out; coverage is that of the upper bound."""
    return [
        SplitScore(
            f"{score.split}, {score.subject.removeprefix(_PEAK)}",
            score.n,
            score.median_error or 0.0,
            score.mean_error or 0.0,
            score.bound_coverage or 0.0,
        )
        for score in evaluate(connection, profiles)
        if score.method == CORRECTED and score.subject.startswith(_PEAK)
    ]
