"""Series go to the detectors as a table, and their verdicts come back as one."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from predictors.detection import judge
from predictors.detection.contract import FEWEST_POINTS, ChangePoint, Series, Trend, Verdict
from predictors.detection.verdict_table import judged

_IMPORTED = """
import sys
from predictors.detection.verdict_table import VERDICTS, judged
asked = {"series_id": [], "direction": [], "point_values": [], "environments": [], "continue_sessions": []}
import pyarrow as pa
assert judged(pa.table(asked)).schema == VERDICTS
print(*sorted(sys.modules))
"""


def table(*series: tuple[str, str, Sequence[float], Sequence[str | None]]) -> pa.Table:
    """Each point is a session of its own."""
    names = ("series_id", "direction", "point_values", "environments")
    types = (pa.string(), pa.string(), pa.list_(pa.float64()), pa.list_(pa.string()))
    columns = zip(*series, strict=True)
    told = {name: pa.array(column, of) for name, column, of in zip(names, columns, types, strict=True)}
    apart = [[False] * len(points) for _, _, points, _ in series]
    return pa.table({**told, "continue_sessions": pa.array(apart, pa.list_(pa.bool_()))})


def together(told: pa.Table, *continues: Sequence[bool]) -> pa.Table:
    """The same with runs that continue the session before them."""
    column = pa.array(continues, pa.list_(pa.bool_()))
    return told.set_column(told.schema.get_field_index("continue_sessions"), "continue_sessions", column)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Series]:
    """The series that the detectors are asked about; they have nothing to say, and fail on a negative value."""
    seen: list[Series] = []

    def judge_many(series: Sequence[Series]) -> list[Verdict]:
        if any(min(each.values) < 0 for each in series):
            raise ZeroDivisionError("below zero")
        seen.extend(series)
        return [verdict(each.name, len(each.values)) for each in series]

    monkeypatch.setattr(judge, "judge_many", judge_many)
    return seen


def verdict(name: str, points: int, **fields: Any) -> Verdict:
    usual: dict[str, Any] = {
        "detector": "made_up 1", "insufficient": None, "change_points": (), "outliers": (),
        "trend": Trend("stable", 0.0, -0.1, 0.1), "spread": 0.01,
    }  # fmt: skip
    return Verdict(series=name, point_count=points, **(usual | fields))


def test_runs_that_continue_a_session_have_its_number(asked: list[Series]) -> None:
    told = table(("a", "higher", [1.0, 2.0, 3.0, 4.0], ["x"] * 4), ("b", "lower", [5.0, 6.0], ["x"] * 2))
    judged(together(told, [False, True, False, True], [False, False]))
    assert [series.sessions for series in asked] == [[1, 1, 2, 2], None]


def test_each_series_keeps_its_own_points(asked: list[Series]) -> None:
    first = table(("a", "higher", [1.0, 2.0], ["x", "x"]), ("b", "lower", [3.0], ["x"]))
    last = table(("c", "none", [4.0, 5.0, 6.0], ["x", "x", "x"]))
    told = judged(pa.concat_tables([first, last]).slice(1))
    assert [(each.name, each.direction, list(each.values)) for each in asked] == [
        ("b", "lower", [3.0]),
        ("c", "none", [4.0, 5.0, 6.0]),
    ]
    assert told["series_id"].to_pylist() == ["b", "c"]
    assert told["point_count"].to_pylist() == [1, 3]


def test_environments_are_told_where_there_are_several_and_an_unknown_one_is_one(asked: list[Series]) -> None:
    judged(table(("a", "higher", [1.0, 2.0], ["x", "x"]), ("b", "higher", [1.0, 2.0], ["x", None])))
    assert [each.environments for each in asked] == [None, ["x", ""]]


def test_a_series_on_which_the_detectors_fail_says_so_and_the_others_are_judged(asked: list[Series]) -> None:
    rows = [
        (str(number), "higher", [-1.0 if number in {3, 6} else 1.0] * 7, ["x"] * 7) for number in range(9)
    ]
    told = judged(table(*rows)).to_pylist()
    assert [row["series_id"] for row in told] == [row[0] for row in rows]
    failed = {row["series_id"]: row for row in told if row["trend"] == "insufficient data"}
    assert failed.keys() == {"3", "6"}
    assert failed["3"]["insufficient"] == "the detector failed: ZeroDivisionError: below zero"
    assert (failed["3"]["change_points"], failed["3"]["outliers"]) == ([], [])


def test_a_verdict_is_a_row_with_everything_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    change = ChangePoint(4, 2, 1.0, 1.2, 0.2, 0.19, 0.21, 1e-6, 4, 5, "regression", "x", ("other 1",))
    told = verdict("a", 9, change_points=(change,), outliers=(7,), trend=Trend("degrading", 0.02, 0.01, 0.03))
    monkeypatch.setattr(judge, "judge_many", lambda _: [told])
    (row,) = judged(table(("a", "lower", [1.0] * 9, ["x"] * 9))).to_pylist()
    assert row == {
        "series_id": "a", "detector": "made_up 1", "point_count": 9, "insufficient": None, "trend": "degrading",
        "slope": 0.02, "slope_low": 0.01, "slope_high": 0.03, "spread": 0.01, "outliers": [7],
        "change_points": [
            {
                "index": 4, "previous": 2, "before": 1.0, "after": 1.2, "effect": 0.2, "low": 0.19, "high": 0.21,
                "p_value": 1e-6, "points_before": 4, "points_after": 5, "verdict": "regression", "environment": "x",
                "found_by": ["other 1"],
            }
        ],
    }  # fmt: skip


def test_without_series_no_detector_is_loaded() -> None:
    started = subprocess.run([sys.executable, "-c", _IMPORTED], capture_output=True, text=True, check=True)
    loaded = set(started.stdout.split())
    assert "predictors.detection.verdict_table" in loaded
    assert not loaded & {"predictors.detection.judge", "scipy", "statsmodels", "torch"}


def test_the_warehouse_leaves_out_the_series_that_no_detector_judges() -> None:
    macros = (Path(__file__).parents[2] / "macros" / "verdicts.sql").read_text()
    told = re.search(r"macro fewest_points_judged\(\) -%}\s+(\d+)", macros)
    assert told is not None
    assert int(told[1]) == FEWEST_POINTS
