"""Hold the results of collectors against each other, and append to the log what was found.

What was judged before and has not changed since is not judged again. Verdicts are appended before the note that tells
which results were judged: if a judgement is cut short between the two, the next one finds its verdicts said, and only
the note missing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb

from benchmart import __version__
from benchmart.errors import UsageError
from benchmart.event_log.events import OutlierJudged, ResultsJudged
from benchmart.event_log.kind import Kind
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import OUTLIER_JUDGED, RESULTS_JUDGED
from predictors.outliers.candidates import ResultTable, results_of, tables
from predictors.outliers.results import judged

VERSION = "1"
"""Of the way of judging: raised when scores change, so that everything is judged anew."""
LEAST_ODD = 8.0
"""Usual deviations from which a result cannot be right."""
_COLLECTOR = "outliers"
_SAID = (
    "verdict", "value", "expected_value", "deviations", "witness_count", "witnesses", "relatives", "judge_version",
    "data_digest",
)  # fmt: skip
"""A verdict that says the same in all of these is not said again."""
_Words = Mapping[tuple[str, str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of the results of one collector and metric."""

    collector: str
    metric: str
    result_count: int
    judged_count: int
    """Those that had enough others to be held against."""
    odd_count: int
    said_count: int
    """Odd results that were not known with this evidence."""
    cleared_count: int
    """Results that were odd by the last judgement and are not any more."""
    is_new: bool
    """False where neither the results nor the way of judging changed since the last time."""


@dataclass(slots=True)
class _Notes:
    """Notes of judgements; those of tables that nothing could be said of wait for the next, to be one batch."""

    log: EventLog
    waiting: list[ResultsJudged] = field(default_factory=list)

    def add(self, note: ResultsJudged) -> None:
        self.waiting.append(note)
        if note.judged_count:
            self.append()

    def append(self) -> None:
        if self.waiting:
            self.log.append(self.waiting)
            self.waiting = []


def judge(
    log: EventLog,
    connection: duckdb.DuckDBPyConnection,
    collectors: Sequence[str] = (),
    *,
    again: bool = False,
) -> Iterator[Judgement]:
    """Judge what changed since it was last judged, or everything if `again`; one answer a table, as they are done.

    Raises UsageError for a collector that has no results that could be judged.
    """
    found = tables(connection, collectors)
    if missing := sorted(set(collectors) - {table.collector for table in found}):
        known = ", ".join(sorted({table.collector for table in tables(connection)}))
        raise UsageError(f"no results of {', '.join(missing)} to judge", hint=f"There are those of: {known}")
    known_notes = _last(log, RESULTS_JUDGED, ("judged_collector", "metric"))
    words = _last(log, OUTLIER_JUDGED, ("judged_collector", "metric", "target_event_id"))
    notes = _Notes(log)
    for table in found:
        note = known_notes.get((table.collector, table.metric))
        if not again and note and (note["judge_version"], note["data_digest"]) == (VERSION, table.digest):
            yield Judgement(
                table.collector,
                table.metric,
                table.result_count,
                note["judged_count"],
                note["odd_count"],
                said_count=0,
                cleared_count=0,
                is_new=False,
            )
        else:
            yield _judge(log, connection, table, words, notes.add)
    notes.append()


def _judge(
    log: EventLog,
    connection: duckdb.DuckDBPyConnection,
    table: ResultTable,
    words: _Words,
    note: Callable[[ResultsJudged], None],
) -> Judgement:
    said = judged(results_of(connection, table))
    now = datetime.now(UTC)
    scores = {row["event_id"]: row for row in said.found.to_pylist()}
    odd = [row for row in scores.values() if row["score"] >= LEAST_ODD]
    were_odd = {
        event
        for (collector, metric, event), word in words.items()
        if (collector, metric) == (table.collector, table.metric) and word["verdict"] == "odd"
    }
    cleared = sorted(were_odd - {row["event_id"] for row in odd})
    verdicts = [
        *(_verdict(table, now, row["event_id"], "odd", row) for row in odd),
        *(_verdict(table, now, event, "cleared", scores.get(event, {})) for event in cleared),
    ]
    fresh = [each for each in verdicts if not _is_said(each, words)]
    if fresh:
        log.append(fresh)
    note(
        ResultsJudged(
            collector=_COLLECTOR,
            collector_version=__version__,
            occurred_at=now,
            judged_collector=table.collector,
            metric=table.metric,
            judge_version=VERSION,
            data_digest=table.digest,
            result_count=table.result_count,
            judged_count=said.judged_count,
            odd_count=len(odd),
        )
    )
    return Judgement(
        table.collector,
        table.metric,
        table.result_count,
        said.judged_count,
        len(odd),
        sum(each.verdict == "odd" for each in fresh),
        len(cleared),
        is_new=True,
    )


def _verdict(
    table: ResultTable, now: datetime, event: str, verdict: str, row: Mapping[str, Any]
) -> OutlierJudged:
    return OutlierJudged(
        collector=_COLLECTOR,
        collector_version=__version__,
        occurred_at=now,
        target_event_id=event,
        judged_collector=table.collector,
        metric=table.metric,
        verdict=verdict,
        value=row.get("value"),
        expected_value=row.get("expected_value"),
        deviations=row.get("score"),
        witness_count=row.get("witness_count"),
        witnesses=row.get("witnesses"),
        relatives=row.get("relatives"),
        judge_version=VERSION,
        data_digest=table.digest,
    )


def _is_said(verdict: OutlierJudged, words: _Words) -> bool:
    word = words.get((verdict.judged_collector, verdict.metric, verdict.target_event_id))
    return word is not None and all(word[name] == getattr(verdict, name) for name in _SAID)


def _last(log: EventLog, kind: Kind, keys: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The last event of this kind with each key, as the marts tell which is last."""
    if not log.root.is_dir():
        return {}
    rows = log.read(kind).to_pylist()
    rows.sort(key=lambda row: (row["occurred_at"] or row["recorded_at"], row["recorded_at"], row["event_id"]))
    return {tuple(row[key] for key in keys): row for row in rows}
