"""All reports in one folder, with links between them."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmart.config import Home
from benchmart.queries.matrix import MatrixFilter
from benchmart.queries.pairs import Asked
from benchmart.queries.series_changes import ChangeFilter
from benchmart.queries.trends import TrendFilter
from interfaces.cli.output import whole_file
from interfaces.reports.changes import changes_report
from interfaces.reports.comparison import comparison_report
from interfaces.reports.coverage import coverage_report
from interfaces.reports.prediction import prediction_report
from interfaces.reports.render import to_html
from interfaces.reports.report import Link, Report
from interfaces.reports.summary import summary_report
from interfaces.reports.trend import trend_report

_MOST_SERIES = 12
_PAGES = {
    "index.html": "Summary",
    "comparison.html": "Devices",
    "precisions.html": "Precisions",
    "versions.html": "Versions",
    "trend.html": "Series",
    "changes.html": "Changes",
    "coverage.html": "Coverage",
    "prediction.html": "Predictions",
}
"""File to the name of its link, in order."""
_BESIDE = {"matrix.html": "Matrix", "tables.html": "Tables and columns"}
"""Pages that others write into the same folder; where they are, they are linked to."""


def write_site(connection: duckdb.DuckDBPyConnection, home: Home, folder: Path) -> Iterator[Path]:
    """Write every report into the folder, and give the path of each when it is there.

    `home` is where versions of predictors are kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, report in _reports(connection, home):
        beside = {file: label for file, label in _BESIDE.items() if (folder / file).is_file()}
        links = [Link(label, "" if file == name else file) for file, label in (_PAGES | beside).items()]
        with whole_file(folder / name) as path:
            path.write_text(to_html(report, links), encoding="utf-8")
        yield folder / name


def _reports(connection: duckdb.DuckDBPyConnection, home: Home) -> Iterator[tuple[str, Report]]:
    command = "benchmart report"
    yield "index.html", summary_report(connection, MatrixFilter(), f"{command} summary")
    yield "comparison.html", comparison_report(connection, Asked(), f"{command} comparison")
    precisions = Asked(by="precision", metric="latency_mean")
    again = f"{command} comparison --by precision --metric latency_mean"
    yield "precisions.html", comparison_report(connection, precisions, again)
    versions = TrendFilter(has_versions=True)
    yield "versions.html", trend_report(connection, versions, _MOST_SERIES, f"{command} trend --versions")
    yield "trend.html", trend_report(connection, TrendFilter(), _MOST_SERIES, f"{command} trend")
    yield "changes.html", changes_report(connection, ChangeFilter(), _MOST_SERIES, f"{command} changes")
    yield "coverage.html", coverage_report(connection, MatrixFilter(), f"{command} coverage")
    yield "prediction.html", prediction_report(connection, home, f"{command} prediction")
