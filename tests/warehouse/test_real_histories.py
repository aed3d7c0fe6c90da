"""Published histories of scipy's and sunpy's benchmarks come in whole, and what broke in them is found."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.event_log.log import EventLog
from collectors.importing import import_paths

_FAR = 2.0
"""Logarithm of a change that nobody can miss: more than seven times."""


@pytest.fixture(scope="module")
def folder(published: Path) -> Path:
    return published / "timeseries"


@pytest.fixture(scope="module")
def histories_home(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with both. Not to be written to."""
    home = Home(tmp_path_factory.mktemp("histories"))
    import_paths(EventLog(home.events), [folder / "asv_scipy", folder / "asv_sunpy"])
    build(home)
    return home


def ask(home: Home, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    with open_warehouse(home) as connection:
        return connection.execute(sql, values).fetchall()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_number_of_a_long_table_is_a_point_of_the_series_of_its_environment(
    histories_home: Home, folder: Path
) -> None:
    told = rows(folder / "asv_scipy" / "series.csv")
    found = ask(histories_home, """
        select count(*), count(distinct (subject, condition['params'], condition['machine'], condition['env_name'])),
            count(distinct comparability_id), count(distinct attributes['commit']), count(distinct occurred_at)
        from fct_results inner join series_points using (event_id, comparability_id, occurred_at)
        where collector = 'adapter:asv_history'
    """)  # fmt: skip
    series = len({(row["series_id"], row["env_name"]) for row in told})
    commits = len({row["commit"] for row in told})
    moments = len({row["commit_date_ms"] for row in told})
    assert found == [(len(told), series, series, commits, moments)]


def test_every_number_of_raw_files_is_a_point_in_the_order_of_commits(
    histories_home: Home, folder: Path
) -> None:
    numbers = 0
    for path in (folder / "asv_sunpy" / "GH-Actions").glob("*.json"):
        told = json.loads(path.read_text())
        for row in told.get("results", {}).values():
            numbers += len(row[told["result_columns"].index("result")])
    assert ask(histories_home, "select count(*) from fct_results where collector = 'adapter:asv'") == [
        (numbers,)
    ]
    backwards = ask(histories_home, """
        select count(*) filter (where committed_at < before), count(*) filter (where occurred_at < measured_before)
        from (
            select committed_at, occurred_at,
                lag(committed_at) over points as before, lag(occurred_at) over points as measured_before
            from series_points where committed_at is not null
            window points as (partition by comparability_id, metric order by point_number)
        )
    """)  # fmt: skip
    assert backwards[0][0] == 0
    assert backwards[0][1] > numbers / 2


def test_every_series_has_a_verdict(histories_home: Home) -> None:
    found = ask(histories_home, "select count(*), count(detector) from series_trends where point_count >= 6")
    assert found[0][0] > 100
    assert found[0][1] >= found[0][0] - 1  # one is zero throughout


def test_what_changed_sevenfold_is_the_largest_change_and_begins_with_the_commit_that_made_it(
    histories_home: Home, folder: Path
) -> None:
    far = [
        row
        for row in rows(folder / "asv_scipy" / "index.csv")
        if abs(float(row["heuristic_log_ratio"])) > _FAR
    ]
    assert len(far) >= 5
    for row in far:
        (largest,) = ask(
            histories_home,
            """
            select arg_max(ln(effect + 1), abs(ln(effect + 1))), arg_max(changes.commit_id, abs(ln(effect + 1)))
            from series_changes as changes
            inner join fct_results as results using (event_id)
            where results.attributes['series_id'] = ? and changes.condition['env_name'] = ?
            """,
            (row["series_id"], row["main_env"]),
        )
        assert largest[0] == pytest.approx(float(row["heuristic_log_ratio"]), abs=0.3), row["series_id"]
        assert largest[1] == row["heuristic_break_commit"], row["series_id"]
