"""Which version serves: the log says so, and no file has to be changed for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmart.config import Home
from benchmart.event_log.events import SplitScore
from benchmart.event_log.read import read_kind
from benchmart.event_log.schemas import PREDICTOR_TRAINED

TOLERANCE = 0.02
"""Errors that differ by less than this share of themselves count as the same; so do coverages that differ by it."""


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves."""

    predictor: str
    version: str
    data_digest: str
    weights_digest: str
    scores: Sequence[SplitScore]


def champion_of(home: Home, name: str) -> Champion | None:
    """The version of this predictor that was last made champion; None when there is none."""
    if not home.events.is_dir():
        return None
    rows = [
        row
        for row in read_kind(home.events, PREDICTOR_TRAINED).to_pylist()
        if row["predictor"] == name and row["is_champion"]
    ]
    if not rows:
        return None
    row = max(rows, key=lambda each: (each["occurred_at"] or each["recorded_at"], each["event_id"]))
    return Champion(
        name,
        row["predictor_version"],
        row["data_digest"],
        row["weights_digest"],
        [SplitScore(**score) for score in row["scores"] or ()],
    )


def decide(
    challenger: Sequence[SplitScore], champion: Sequence[SplitScore] | None, more: int = 0
) -> tuple[bool, str]:
    """Whether the challenger replaces the champion, and why.

    It does when no error of any split is worse, and one is better, by more than TOLERANCE; or when none is worse and it
    has learned from more.

    Args:
        challenger: Its scores.
        champion: The champion's scores on the same results; None when there is none.
        more: Results that the challenger has learned from and the champion has not.
    """
    if champion is None:
        return True, "there was no champion"
    theirs = {score.split: score for score in champion}
    missing = sorted(set(theirs) - {score.split for score in challenger})
    if missing:
        return False, f"it was not scored on {', '.join(missing)}"
    pairs = [(score, theirs[score.split]) for score in challenger if score.split in theirs]
    worse = next(filter(None, (_worse(mine, its) for mine, its in pairs)), None)
    if worse:
        return False, worse
    better = next(filter(None, (_better(mine, its) for mine, its in pairs)), None)
    if better:
        return True, better
    if more:
        return True, f"it is no worse on any split, and has learned from {more} more results"
    return False, "it is no better on any split"


_ERRORS = ("median_error", "mean_error")


def _worse(challenger: SplitScore, champion: SplitScore) -> str | None:
    for what in _ERRORS:
        mine, its = getattr(challenger, what), getattr(champion, what)
        if mine > its * (1 + TOLERANCE):
            return f"{what.replace('_', ' ')} of {challenger.split} is {mine:.4f}, the champion's {its:.4f}"
    if (challenger.coverage or 0) < (champion.coverage or 0) - TOLERANCE:
        return f"intervals of {challenger.split} hold {challenger.coverage:.3f}, the champion's {champion.coverage:.3f}"
    return None


def _better(challenger: SplitScore, champion: SplitScore) -> str | None:
    for what in _ERRORS:
        mine, its = getattr(challenger, what), getattr(champion, what)
        if mine < its * (1 - TOLERANCE):
            return f"{what.replace('_', ' ')} of {challenger.split} is {mine:.4f} instead of {its:.4f}"
    return None
