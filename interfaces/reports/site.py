"""All reports in one folder, with links between them."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmart.queries.matrix import MatrixFilter
from benchmart.queries.pairs import Asked
from benchmart.queries.trends import TrendFilter
from interfaces.reports.comparison import comparison_report
from interfaces.reports.coverage import coverage_report
from interfaces.reports.render import to_html
from interfaces.reports.report import Link, Report
from interfaces.reports.summary import summary_report
from interfaces.reports.trend import trend_report

_MOST_SERIES = 12
_PAGES = {
    "index.html": "Summary",
    "comparison.html": "Comparisons",
    "versions.html": "Versions",
    "trend.html": "Series",
    "coverage.html": "Coverage",
}
"""File to the name of its link, in order."""


def write_site(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Path]:
    """Write every report into the folder, and give the path of each when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, report in _reports(connection):
        links = [Link(label, "" if file == name else file) for file, label in _PAGES.items()]
        path = folder / name
        path.write_text(to_html(report, links), encoding="utf-8")
        yield path


def _reports(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Report]]:
    command = "benchmart report"
    yield "index.html", summary_report(connection, MatrixFilter(), f"{command} summary")
    yield "comparison.html", comparison_report(connection, Asked(), f"{command} comparison")
    versions = TrendFilter(has_versions=True)
    yield "versions.html", trend_report(connection, versions, _MOST_SERIES, f"{command} trend --versions")
    yield "trend.html", trend_report(connection, TrendFilter(), _MOST_SERIES, f"{command} trend")
    yield "coverage.html", coverage_report(connection, MatrixFilter(), f"{command} coverage")
