"""What the commands matrix, compare, query, sql, quality and report ask, each as one call on an open connection."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import duckdb

from benchmart.queries.matrix import MatrixFilter, compatibility
from benchmart.queries.named import bound, named_queries
from benchmart.queries.one_metric import one_metric
from benchmart.queries.pairs import Asked, pairs_worst_first, summaries
from benchmart.queries.quality import QualityFilter, quality
from benchmart.queries.results import compatibility_by_name, performance
from benchmart.queries.statement import Asking, ask
from benchmart.queries.trends import TrendFilter
from interfaces.reports.comparison import comparison_report
from interfaces.reports.coverage import coverage_report
from interfaces.reports.summary import summary_report
from interfaces.reports.trend import trend_report

Question = Callable[[], object]

_MODEL, _DEVICE, _BASELINE = "resnet50", "rtx4090", "rtx3090"

_STATEMENTS = {
    "a row of the matrix": f"""
        select hardware_id, status, evidence_count from compatibility_matrix where model_id = '{_MODEL}'
    """,
    "best devices": f"""
        select hardware_id, max(value) from fct_measurements
        where model_id = '{_MODEL}' and metric = 'throughput' and basis = 'measured' group by all order by 2 desc
    """,
    "median by version": f"""
        select runtime_version, median(value) from fct_measurements
        where model_id = '{_MODEL}' and hardware_id = 'rtx-4090' and metric = 'latency_mean' group by all order by 1
    """,
    "wide results": f"""
        select precision, batch_size, median(latency_mean_seconds), max(items_per_second) from performance
        where model_id = '{_MODEL}' and hardware_id = 'rtx-4090' group by all order by all
    """,
    "series of a model": f"from series where model_id = '{_MODEL}' order by comparability_id, metric",
    "newest runs": "from dim_runs order by first_recorded_at desc limit 20",
}  # the ids are ours

_COMPARISONS = {
    "hardware": Asked("hardware", _DEVICE, _BASELINE),
    "stack": Asked("stack", "2.9", "2.4", hardware=[_DEVICE]),
    "precision": Asked("precision", hardware=[_DEVICE]),
    "batch": Asked("batch", models=[_MODEL]),
    "energy": Asked("energy", _DEVICE, _BASELINE),
}

_MATRICES = {
    "all": MatrixFilter(),
    "one model": MatrixFilter(models=[_MODEL]),
    "failures": MatrixFilter(statuses=["failed", "partial"]),
}

_PARAMETERS = {"model": _MODEL, "hardware": _DEVICE, "baseline": _BASELINE}
"""What required parameters of named queries are given."""


def questions(connection: duckdb.DuckDBPyConnection) -> dict[str, Question]:
    """Every question by what it is called: as a command asks it, with the filters people give and with none."""
    return (
        {
            f"matrix, {name}": partial(compatibility, connection, asked, 50)
            for name, asked in _MATRICES.items()
        }
        | {
            f"compare by {name}": partial(summaries, connection, asked)
            for name, asked in _COMPARISONS.items()
        }
        | {
            f"pairs by {name}": partial(pairs_worst_first, connection, asked, 20)
            for name, asked in _COMPARISONS.items()
        }
        | {f"sql, {name}": partial(_run, connection, sql) for name, sql in _STATEMENTS.items()}
        | _named(connection)
        | {
            "query --model": partial(performance, connection, model=_MODEL),
            "query --model --hardware": partial(performance, connection, model=_MODEL, hardware=_DEVICE),
            "query --matrix": partial(compatibility_by_name, connection, _MODEL),
            "query --metric": partial(one_metric, connection, "hardware", "throughput", model=_MODEL),
            "quality": partial(quality, connection, QualityFilter(), 50),
        }
    )


def pages(connection: duckdb.DuckDBPyConnection) -> dict[str, Question]:
    """The reports, each made of several questions and of what is drawn from their answers."""
    return {
        "summary": partial(summary_report, connection, MatrixFilter(), ""),
        "comparison": partial(comparison_report, connection, _COMPARISONS["hardware"], ""),
        "comparison of all": partial(comparison_report, connection, Asked(), ""),
        "trend": partial(trend_report, connection, TrendFilter(), 12, ""),
        "trend of a model": partial(trend_report, connection, TrendFilter(models=[_MODEL]), 12, ""),
        "coverage": partial(coverage_report, connection, MatrixFilter(), ""),
    }


class Watched:
    """A connection that notes how long each of its statements takes, in milliseconds, until its rows can be fetched."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.milliseconds: list[float] = []
        self._connection = connection

    def execute(self, *statement: Any) -> duckdb.DuckDBPyConnection:
        start = time.perf_counter()
        done = self._connection.execute(*statement)
        self.milliseconds.append((time.perf_counter() - start) * 1000)
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _named(connection: duckdb.DuckDBPyConnection) -> dict[str, Question]:
    """Each named query with its required parameters only, and with the model as well where it takes one."""
    asked: dict[str, Question] = {}
    for query in named_queries().values():
        required = {each.name for each in query.parameters if each.is_required}
        optional = {each.name for each in query.parameters} & {"model"} - required
        for names in (required, required | optional) if optional else (required,):
            given = {name: _PARAMETERS[name] for name in sorted(names)}
            label = ", ".join([query.name, *(f"{name}={value}" for name, value in given.items())])
            asked[f"sql -q {label}"] = partial(_run_named, connection, query.name, given)
    return asked


def _run(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    return ask(connection, sql, asking=Asking(limit=200)).table()


def _run_named(connection: duckdb.DuckDBPyConnection, name: str, given: dict[str, str]) -> object:
    query = named_queries()[name]
    values = bound(connection, query, given)
    return ask(connection, query.sql, values, Asking(limit=200)).table()
