"""The report to begin with: how much there is, what works, what was compared, and what moved."""

from collections.abc import Iterator

import duckdb

from benchmart.queries.coverage import state
from benchmart.queries.matrix import MatrixFilter
from benchmart.queries.pairs import Asked, summaries
from benchmart.queries.trends import TrendFilter, trends
from interfaces.reports.comparison import comparisons_exhibit
from interfaces.reports.coverage import imports_section, left_over_sections, status_section
from interfaces.reports.report import Report, Section, nothing
from interfaces.reports.state import asked_for, describe
from interfaces.reports.trend import trend_exhibit

_MOST_COMPARISONS = 10
_MOST_SERIES = 3
_HEADLINES = ("throughput", "token_throughput", "latency_mean")


def summary_report(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, command: str) -> Report:
    """A little of everything. Raises UsageError for names without results."""
    there = state(connection)
    return Report(
        title="Benchmark results",
        lead="What works where, what is faster, and what changed, from results that were measured.",
        asked=asked_for(asked),
        state=describe(there),
        sections=list(_sections(connection, asked)) if there.models or there.series else [
            nothing("There are no results yet: `benchmart collect` measures this machine, `benchmart import` takes in "
                    "results of other tools, and `benchmart build` makes tables of them.")
        ],
        figures=[
            (f"{there.models:,}", "model" if there.models == 1 else "models"),
            (f"{there.devices:,}", "device" if there.devices == 1 else "devices"),
            (f"{there.runs:,}", "run" if there.runs == 1 else "runs"),
            (f"{there.series:,}", "series"),
        ],
        command=command,
    )  # fmt: skip


def _sections(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter) -> Iterator[Section]:
    yield status_section(connection, asked)
    yield _comparisons(connection, asked)
    for heading, wanted in (("Over versions", _trend(asked, True)), ("Over time", _trend(asked, False))):
        found = trends(connection, wanted, _MOST_SERIES)
        if found.trends:
            told = (
                f"{len(found.trends)} of {found.series_count:,} series; `benchmart report trend` shows more."
            )
            yield Section(heading, [told], [trend_exhibit(trend) for trend in found.trends])
    yield imports_section(connection)
    yield from left_over_sections(connection)


def _trend(asked: MatrixFilter, has_versions: bool) -> TrendFilter:  # noqa: FBT001
    return TrendFilter(
        asked.models, asked.hardware, (), asked.modes, asked.precisions, has_versions=has_versions
    )


def _comparisons(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter) -> Section:
    """Devices against each other, by the first of the headline metrics in which there are pairs."""
    for metric in _HEADLINES:
        question = Asked(
            metric=metric,
            models=asked.models,
            families=asked.families,
            modes=asked.modes,
            precisions=asked.precisions,
            hardware=asked.hardware,
        )
        found = summaries(connection, question)
        if found:
            told = "On equal conditions; `benchmart report comparison DEVICE DEVICE` takes one of them apart."
            exhibit = comparisons_exhibit(question, found, _MOST_COMPARISONS)
            return Section(f"Devices compared in {metric}", [told], [exhibit])
    return Section("Devices compared", [f"{question.kind.nothing.capitalize()}."])
