"""From the runs of a warehouse to rulings, and what a reader needs beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from benchmart.queries.gate import BASELINE, Asked, GateSeries, Run, gate_series
from predictors.gate.contract import Compared, Point, Ruling
from predictors.gate.gate import rule


@dataclass(frozen=True, slots=True)
class Judged:
    """A series and what the gate says of it."""

    series: GateSeries
    ruling: Ruling

    @property
    def is_worth_telling(self) -> bool:
        """Whether something changed, or looks as if."""
        return self.ruling.outcome in {"regression", "improvement"} or self.ruling.is_doubtful


def judged(connection: duckdb.DuckDBPyConnection, asked: Asked, threshold: float) -> list[Judged]:
    """Every series that the candidate has a run of: regressions first, then by size of the effect.

    Raises UsageError when candidate or base name nothing.
    """
    series = gate_series(connection, asked)
    rulings = rule([_compared(each, asked) for each in series], threshold)
    return sorted((Judged(*each) for each in zip(series, rulings, strict=True)), key=_rank)


def _compared(series: GateSeries, asked: Asked) -> Compared:
    before = (
        _history(series.runs) if asked.has_history else [run for run in series.runs if not run.is_candidate]
    )
    return Compared(
        name=f"{series.subject} {series.configuration}, {series.metric}",
        direction="higher" if series.direction == "higher" else "lower",
        candidate=[_point(run) for run in series.runs if run.is_candidate],
        before=[_point(run) for run in before],
        baseline=[_point(run) for run in series.runs if run.is_baseline] if asked.base == BASELINE else None,
        is_base=not asked.has_history,
    )


def _history(runs: Sequence[Run]) -> Sequence[Run]:
    """What was there before the candidate: a run after it is no history of it. All others where no time is told."""
    first = next((place for place, run in enumerate(runs) if run.is_candidate and run.occurred_at), len(runs))
    return [run for run in runs[:first] if not run.is_candidate]


def _point(run: Run) -> Point:
    moment = run.occurred_at.timestamp() if run.occurred_at else None
    code = " ".join(filter(None, (run.commit_id, run.runtime_version)))
    return Point(run.value, run.environment, moment, code or None)


_ORDER = ("regression", "improvement", "insufficient data", "no change")


def _rank(one: Judged) -> tuple[int, bool, float, str]:
    evidence = one.ruling.evidence
    size = abs(evidence.effect) if evidence else 0.0
    return _ORDER.index(one.ruling.outcome), not one.ruling.is_doubtful, -size, one.ruling.series


def counts(rulings: Sequence[Judged]) -> dict[str, int]:
    """How many series have each outcome."""
    return {outcome: sum(one.ruling.outcome == outcome for one in rulings) for outcome in _ORDER}
