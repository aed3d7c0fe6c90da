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


def decide(challenger: Sequence[SplitScore], champion: Sequence[SplitScore] | None) -> tuple[bool, str]:
    """Whether the challenger replaces the champion, and why.

    It does when no error of any split is worse, and one is better, by more than TOLERANCE. `champion` are the
    champion's scores on the same results; None when there is none.
    """
    if champion is None:
        return True, "there was no champion"
    theirs = {score.split: score for score in champion}
    better = []
    for score in challenger:
        other = theirs.get(score.split)
        if other is None:
            continue
        for what in ("median_error", "mean_error"):
            mine, its = getattr(score, what), getattr(other, what)
            if mine > its * (1 + TOLERANCE):
                return (
                    False,
                    f"{what.replace('_', ' ')} of {score.split} is {mine:.4f}, the champion's {its:.4f}",
                )
            if mine < its * (1 - TOLERANCE):
                better.append(f"{what.replace('_', ' ')} of {score.split} is {mine:.4f} instead of {its:.4f}")
        if (score.coverage or 0) < (other.coverage or 0) - TOLERANCE:
            return (
                False,
                f"intervals of {score.split} hold {score.coverage:.3f}, the champion's {other.coverage:.3f}",
            )
    missing = sorted(set(theirs) - {score.split for score in challenger})
    if missing:
        return False, f"it was not scored on {', '.join(missing)}"
    return (True, better[0]) if better else (False, "it is no better on any split")
