"""The runs that a gate compares: those of a candidate, and what stands for before, series by series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.moments import parse_since
from benchmart.queries.baselines import metric_named
from benchmart.queries.names import resolve
from benchmart.queries.rows import fetch

BASELINE = "baseline"
_FORMS = "last, run:ID, batch:ID, commit:SHA, branch:NAME, source:END_OF_PATH or since:DATE"
_BY = {
    "run": "starts_with(run_id, $value)",
    "batch": "starts_with(batch_id, $value)",
    "commit": "starts_with(commit_id, $value)",
    "branch": "branch = $value",
    "source": "ends_with(source_uri, $value)",
    "since": "recorded_at >= cast($value as timestamptz)",
}
_LAST = """
    with newest as (
        select batch_id, run_id from series_runs order by recorded_at desc, batch_id desc limit 1
    )
    select event_id
    from series_runs
    where batch_id = (select batch_id from newest) or run_id = (select run_id from newest)
"""
_BASELINE = """
    (runs.comparability_id, runs.metric, runs.event_id) in (
        select comparability_id, metric, event_id from baseline_points
    )
"""
_RUNS = """
    with candidates as ({candidate}),

    bases as ({base}),

    asked as (
        select distinct comparability_id, metric
        from series_runs
        where event_id in (select event_id from candidates)
    )

    select
        runs.comparability_id, runs.metric, runs.direction, runs.unit, runs.subject, runs.hardware_id,
        runs.configuration, runs.value, runs.environment, runs.occurred_at, runs.run_id, runs.commit_id,
        runs.runtime_version,
        runs.event_id in (select event_id from candidates) as is_candidate,
        ({baseline}) as is_baseline
    from series_runs as runs
    semi join asked using (comparability_id, metric)
    where
        (runs.event_id in (select event_id from candidates) or runs.event_id in (select event_id from bases))
        and (len($metrics) = 0 or runs.metric in (select unnest($metrics)))
        and (len($models) = 0 or runs.model_id in (select unnest($models)))
    order by
        runs.comparability_id, runs.metric, coalesce(runs.committed_at, runs.occurred_at) nulls first, runs.occurred_at,
        runs.event_id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare; an empty list keeps all."""

    candidate: str = "last"
    """`last`, or a kind and a value such as run:ID."""
    base: str = "history"
    """`history`, `baseline` (what is marked, with the noise of the history), or like a candidate: runs of a base.

    That of a branch is its history.
    """
    metrics: Sequence[str] = ()
    models: Sequence[str] = ()

    @property
    def has_history(self) -> bool:
        """Whether what stands for before may have changed its level."""
        return self.base in {"history", BASELINE} or self.base.startswith("branch:")


@dataclass(frozen=True, slots=True)
class Run:
    """One measured value."""

    value: float
    environment: str | None
    occurred_at: datetime | None
    commit_id: str | None
    runtime_version: str | None
    is_candidate: bool
    is_baseline: bool = False
    """Whether it is marked as what others are held against, where that was asked for."""


@dataclass(frozen=True, slots=True)
class GateSeries:
    """The runs of one condition and metric, in order."""

    comparability_id: str
    metric: str
    direction: str
    unit: str
    subject: str
    hardware_id: str | None
    configuration: str
    """What is most asked for of the condition, in words."""
    runs: Sequence[Run]


def gate_series(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[GateSeries]:
    """All series that the candidate has a run of.

    Raises UsageError when candidate or base name nothing, or the same; for models, metrics and moments that are none.
    """
    if asked.candidate == asked.base:
        raise UsageError(f"candidate and base are both {asked.base}", hint="Name two that differ")
    candidate, values = _selected("candidate", asked.candidate)
    base, more = _base(asked.base)
    _check_found(connection, candidate, values, "candidate", asked.candidate)
    if asked.base == BASELINE:
        _check_marked(connection)
    elif asked.base != "history":
        _check_found(connection, base, more, "base", asked.base)
    models = resolve(connection, "model", asked.models)
    metrics = [metric_named(connection, name) for name in asked.metrics]
    parameters = values | more | {"metrics": metrics, "models": models}
    sql = _RUNS.format(
        candidate=candidate, base=base, baseline=_BASELINE if asked.base == BASELINE else "false"
    )
    return list(_grouped(fetch(connection, sql, parameters).as_dicts()))


def _selected(side: str, text: str) -> tuple[str, dict[str, str]]:
    """SQL of the event ids that are asked for, and its parameters."""
    if text == "last":
        return _LAST, {}
    kind, _, value = text.partition(":")
    if kind not in _BY or not value:
        raise UsageError(f"no {side} {text!r}", hint=f"Name one like: {_FORMS}")
    if kind == "since":
        value = parse_since(value).isoformat()
    condition = _BY[kind].replace("$value", f"${side}")
    return f"select event_id from series_runs where {condition}", {side: value}  # noqa: S608 -- ours, values are bound


def _base(text: str) -> tuple[str, dict[str, str]]:
    if text in {"history", BASELINE}:
        return "select event_id from series_runs where event_id not in (select event_id from candidates)", {}
    found, parameters = _selected("base", text)
    return f"{found} except select event_id from candidates", parameters  # noqa: S608 -- ours, values are bound


def _check_found(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, str], side: str, text: str
) -> None:
    if side == "base":
        sql = sql.removesuffix(" except select event_id from candidates")
    if not connection.execute(f"select 1 from ({sql}) limit 1", parameters).fetchall():  # noqa: S608 -- ours
        raise UsageError(
            f"no measured result of the {side} {text!r}",
            hint='`benchmart sql "select distinct run_id, commit_id, branch from series_runs"` has what there is',
        )


def _check_marked(connection: duckdb.DuckDBPyConnection) -> None:
    if not connection.execute("select 1 from baselines limit 1").fetchall():
        raise UsageError(
            "nothing is marked as a baseline", hint='`benchmart baseline mark RUN --reason "..."` does'
        )


def _grouped(rows: Sequence[dict[str, Any]]) -> Iterator[GateSeries]:
    for (comparability_id, metric), group in groupby(
        rows, lambda row: (row["comparability_id"], row["metric"])
    ):
        told = list(group)
        first = told[0]
        yield GateSeries(
            comparability_id=str(comparability_id),
            metric=metric,
            direction=first["direction"],
            unit=first["unit"],
            subject=first["subject"],
            hardware_id=first["hardware_id"],
            configuration=first["configuration"],
            runs=[Run(**{field.name: row[field.name] for field in fields(Run)}) for row in told],
        )
