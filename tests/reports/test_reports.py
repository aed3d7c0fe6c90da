"""Reports on the small log: what they say is what the marts say."""

import re
from pathlib import Path
from statistics import median

import duckdb
import pytest
from click.testing import CliRunner, Result

from benchmart.config import Home
from benchmart.queries.pairs import Summary
from benchmart.queries.trends import Change, Point, TrendFilter, levels, trends
from interfaces.cli.main import cli
from interfaces.reports.comparison import label_of

KINDS = ("comparison", "trend", "coverage", "prediction", "summary")


@pytest.fixture
def report(built_home: Home):
    """Print a report on the built home."""

    def _report(*words: str) -> Result:
        done = CliRunner().invoke(cli, ["report", *words, "--home", str(built_home.root)])
        assert done.exit_code == 0, done.output
        return done

    return _report


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_there_in_both_forms(report, kind: str) -> None:
    markdown, html = report(kind).stdout, report(kind, "--format", "html").stdout
    assert markdown.startswith("# ")
    assert html.startswith("<!doctype html>")
    assert html.count("<svg") >= 2
    assert f"benchmart report {kind}" in markdown
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_of_the_same_state_is_the_same(report, kind: str) -> None:
    assert report(kind, "--format", "html").stdout == report(kind, "--format", "html").stdout


def test_a_comparison_tells_the_advantage_of_equal_work(report) -> None:
    fast = median(8 / milliseconds for milliseconds in (10, 11, 12, 13, 13, 14))
    slow = median(8 / milliseconds for milliseconds in (20, 22))
    told = report("comparison", "rtx4090", "rtx3090").stdout
    assert f"| rtx-4090 against rtx-3090 | {fast / slow:.4g} x | too few models |" in told
    assert "resnet50" in told


def test_a_comparison_of_nothing_says_what_could_be_compared(report) -> None:
    told = report("comparison", "--metric", "memory_peak").stdout
    assert "## Nothing to show" in told
    assert "There are pairs in: " in told


def test_a_report_repeats_the_question_it_answers(report) -> None:
    told = report("comparison", "rtx4090", "--metric", "latency_mean", "--model", "resnet50").stdout
    assert "`benchmart report comparison rtx4090 --metric latency_mean --model resnet50`" in told


def test_a_series_tells_each_version_and_what_it_changed(report) -> None:
    told = report("trend", "--versions", "--metric", "latency_mean", "--model", "resnet50").stdout
    rows = [row for row in told.splitlines() if row.startswith(("| 2.4.0 |", "| 2.10.1 |"))]
    assert [row.split("|")[1:4] for row in rows] == [
        [" 2.4.0 ", " 5 ", " 12 ms "],
        [" 2.10.1 ", " 3 ", " 16 ms "],
        [" 2.4.0 ", " 1 ", " 13 ms "],
    ]
    assert "| 0.75 x |" in told


def test_a_series_without_points_says_how_it_grows(report) -> None:
    assert "measured again" in report("trend", "--metric", "memory_peak").stdout


def test_coverage_names_what_is_missing_and_what_was_not_understood(report) -> None:
    told = report("coverage").stdout
    for words in ("Frobnicator 9000", "mystery", "missing columns", "timm\\_csv", "tabular"):
        assert words.replace("\\_", "_") in told
    assert re.search(r"\| inference \| .*(RTX 4090|Frobnicator 9000) \|", told)


def test_an_output_named_html_is_a_page_and_says_how_large_it_is(report, tmp_path: Path) -> None:
    path = tmp_path / "summary.html"
    done = report("summary", "--output", str(path))
    assert (done.stdout, path.read_text().startswith("<!doctype html>")) == ("", True)
    assert f"{path}: " in done.stderr


def test_all_reports_link_to_each_other(report, tmp_path: Path) -> None:
    (tmp_path / "matrix.html").touch()
    report("all", "--output", str(tmp_path))
    pages = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert "index.html" in pages
    del pages["matrix.html"]
    for name, text in pages.items():
        assert set(re.findall(r'href="([^"]+)"', text)) == {*pages, "matrix.html"} - {name}


def test_a_model_that_is_not_there_is_told(built_home: Home) -> None:
    from benchmart.errors import UsageError

    done = CliRunner().invoke(cli, ["report", "trend", "--model", "resnet51", "--home", str(built_home.root)])
    assert isinstance(done.exception, UsageError)
    assert "resnet50" in str(done.exception)


def test_trends_count_all_that_fit_and_show_the_longest(marts: duckdb.DuckDBPyConnection) -> None:
    found = trends(marts, TrendFilter(metrics=["latency_mean"]), 1)
    assert len(found.trends) == 1
    assert found.series_count > 1
    [longest] = found.trends
    counts = marts.execute("select max(point_count) from series where metric = 'latency_mean'").fetchall()
    assert [(longest.point_count,)] == counts
    assert len(longest.points) == longest.point_count


def level_pair(before: list[float], after: list[float]) -> Change:
    points = [Point(value, "1", None) for value in before] + [Point(value, "2", None) for value in after]
    one, two = levels(points)
    return Change(one, two, None)


def test_a_change_is_clear_only_where_intervals_lie_apart() -> None:
    low, high = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5], [2.0, 2.1, 2.2, 2.3, 2.4, 2.5]
    assert level_pair(low, high).is_clear is True
    assert level_pair(low, [*low[1:], 9.0]).is_clear is False
    assert level_pair(low[:5], high).is_clear is None


def test_a_version_that_comes_again_is_a_stretch_of_its_own() -> None:
    points = [Point(1.0, version, None) for version in ("1", "1", "2", "1")]
    assert [(each.label, each.first, each.last) for each in levels(points)] == [
        ("1", 0, 1),
        ("2", 2, 2),
        ("1", 3, 3),
    ]


def test_what_is_compared_is_named_with_what_tells_it_apart() -> None:
    system = {
        "system": "A",
        "hardware_id": "x",
        "baseline_system": "B",
        "baseline_hardware_id": "y",
        "scenario": "Offline",
    }
    stack = {
        "hardware_id": "rtx-3090",
        "runtime": "pytorch",
        "runtime_version": "2.4",
        "baseline_runtime_version": "2.1",
    }
    alone = {"hardware_id": "epyc", "mode": "training", "baseline_mode": None}
    assert [label_of(summary(keys)) for keys in (system, stack, alone)] == [
        "Offline: A against B",
        "rtx-3090 pytorch: 2.4 against 2.1",
        "epyc: training against none",
    ]


def summary(keys: dict[str, str | None]) -> Summary:
    return Summary(keys, "throughput", 1, 1, 1, 2.0, None, None, 2.0, 2.0, {})
