"""`benchmart detect` judges series in files, and says of each that cannot be read what, where, and what to do."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmart.errors import ExitCode, UsageError
from interfaces.cli.main import cli

STEP = [100.0 + place % 3 for place in range(20)] + [130.0 + place % 3 for place in range(20)]


def detect(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["detect", *map(str, arguments)], standalone_mode=False)


def lines(done: Result) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def table(folder: Path, rows: list[str], header: str | None = "time,value", name: str = "s.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([*([header] if header else []), *rows]) + "\n")
    return path


def series(folder: Path, values: list[float], name: str = "s.csv") -> Path:
    return table(folder, [f"{place},{value}" for place, value in enumerate(values)], name=name)


def test_a_line_a_file_has_changes_outliers_and_the_trend(tmp_path) -> None:
    done = detect(series(tmp_path, STEP), "--json", "--direction", "lower")
    assert done.return_value == ExitCode.OK
    (told,) = lines(done)
    (change,) = told["change_points"]
    assert (change["index"], change["previous_index"], change["time"]) == (20, 19, "20")
    assert change["interval"][0] < change["effect"] < change["interval"][1]
    assert change["p"] < 1e-6
    assert change["verdict"] == "regression"
    assert (told["file"], told["point_count"], told["outliers"], told["trend"]["kind"]) == (
        "s.csv",
        40,
        [],
        "degrading",
    )


def test_many_files_have_a_line_each_in_their_order(tmp_path) -> None:
    files = [series(tmp_path, STEP[: 4 + number], f"{number}.csv") for number in range(30)]
    told = lines(detect(*files, "--json"))
    assert [each["file"] for each in told] == [path.name for path in files]
    assert told[0]["insufficient_data"] == "fewer than 6 points"


def test_a_person_reads_a_table_and_one_line(tmp_path) -> None:
    done = detect(
        series(tmp_path, STEP),
        series(tmp_path, STEP[:20], "quiet.csv"),
        series(tmp_path, STEP[:3], "few.csv"),
    )
    assert "+29." in done.stdout
    assert "s.csv: 40 points, outliers: none; trend: rising" in done.stdout
    assert "quiet.csv: 20 points, no change of level; outliers: none; trend: stable" in done.stdout
    assert "few.csv: insufficient data: fewer than 6 points" in done.stdout


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("timestamp,value", "2026-01-{day:02} 00:00:00,{value}"),
        ("time;latency", "2026.01.{day:02} 3:00:00 +0100;{value}"),
        ("value\ttime", "{value}\t{day}"),
        ("value", "{value}"),
        (None, "{day},{value}"),
        (None, "{value}"),
        ("commit,value,unit", "abc{day},{value},ms"),
        ("time,unit,rate", "{day},item/s,{value}"),
    ],
)
def test_columns_are_found_by_their_names_or_places(tmp_path, header, row) -> None:
    rows = [row.format(day=day, value=value) for day, value in enumerate(STEP[10:38], 1)]
    (told,) = lines(detect(table(tmp_path, rows, header), "--json"))
    assert [change["index"] for change in told["change_points"]] == [10]


def test_one_of_several_columns_is_named(tmp_path) -> None:
    path = table(tmp_path, [f"{place},1,{value}" for place, value in enumerate(STEP)], "time,a,b")
    done = detect(path, "--json")
    assert done.return_value == ExitCode.NOTHING_UNDERSTOOD
    assert "Name it with --value COLUMN" in lines(done)[0]["error"]
    assert lines(detect(path, "--json", "--value", "b"))[0]["change_points"][0]["index"] == 20
    assert (
        "no column 'c'. Its columns: time, a, b" in lines(detect(path, "--json", "--value", "c"))[0]["error"]
    )


def test_cells_without_a_number_are_no_points_and_rows_keep_their_numbers(tmp_path) -> None:
    values = [*map(str, STEP)]
    values[3:3] = ["", "NaN", "null"]
    path = table(tmp_path, [f"{place},{value}" for place, value in enumerate(values)])
    (told,) = lines(detect(path, "--json"))
    assert (told["point_count"], told["change_points"][0]["index"]) == (40, 23)


def test_times_that_go_back_are_refused_unless_they_may_be_sorted(tmp_path) -> None:
    order = [*range(1, 40), 0]
    path = table(tmp_path, [f"{place},{STEP[place]}" for place in order])
    assert "line 41: time goes back, from 39 to 0" in lines(detect(path, "--json"))[0]["error"]
    (told,) = lines(detect(path, "--json", "--sort"))
    assert told["change_points"][0]["index"] == order.index(20)


def test_repeated_times_are_points_of_their_own(tmp_path) -> None:
    path = table(tmp_path, [f"{place // 2},{value}" for place, value in enumerate(STEP)])
    (told,) = lines(detect(path, "--json"))
    assert (told["point_count"], told["change_points"][0]["index"]) == (40, 20)


def test_an_environment_is_judged_by_itself(tmp_path) -> None:
    rows = [f"{place},{value},{place >= 20}" for place, value in enumerate(STEP)]
    path = table(tmp_path, rows, "time,value,driver")
    (told,) = lines(detect(path, "--json", "--environment", "driver"))
    assert told["change_points"] == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["1,2", "2,fast"], "line 3: value is 'fast', no number"),
        (["1,2", "2"], "line 3: 1 cells where there are 2 columns"),
        (['1,"2'], "not a table"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path, rows, says) -> None:
    done = detect(table(tmp_path, rows), "--json")
    assert done.return_value == ExitCode.NOTHING_UNDERSTOOD
    assert says in lines(done)[0]["error"]


def test_units_that_differ_are_told_with_their_line(tmp_path) -> None:
    path = table(tmp_path, ["1,2,ms", "2,2,ms", "3,0.002,s"], "time,value,unit")
    assert "line 4: the unit turns from 'ms' to 's'" in lines(detect(path, "--json"))[0]["error"]


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "empty"), (b"time,value\n1,\xff\n", "not text in UTF-8")]
)
def test_a_file_that_is_no_text_is_told(tmp_path, content, says) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    assert says in lines(detect(path, "--json"))[0]["error"]


def test_files_that_can_be_read_are_judged_beside_one_that_cannot(tmp_path) -> None:
    done = detect(table(tmp_path, ["1,x"], name="bad.csv"), series(tmp_path, STEP), "--json")
    assert done.return_value == ExitCode.PARTIAL
    assert [("error" in each) for each in lines(done)] == [True, False]
    assert "error:" in detect(tmp_path / "bad.csv").stderr


def test_another_detector_is_asked_by_its_name(tmp_path) -> None:
    (told,) = lines(detect(series(tmp_path, STEP), "--json", "--detector", "no_change"))
    assert (told["detector"], told["change_points"]) == ("no_change 1", [])
    done = detect(series(tmp_path, STEP), "--detector", "oracle")
    assert "Detectors: robust_partition, window_t, rolling_z, no_change" in str(done.exception)


@pytest.mark.parametrize(
    ("first", "step", "shows"),
    [
        (1_700_000_000, 86_400, "2023-11"),
        (1_700_000_000_000, 86_400_000, "2023-11"),
        (0, 1, "by point number"),
    ],
)
def test_a_chart_is_drawn_above_the_numbers(tmp_path, first: int, step: int, shows: str) -> None:
    rows = [f"{first + place * step},{value}" for place, value in enumerate(STEP)]
    done = detect(table(tmp_path, rows), "--chart", "--direction", "lower")
    assert done.return_value == ExitCode.OK
    assert "| change" in done.stdout
    assert shows in done.stdout
    assert "trend: degrading" in done.stdout


def test_a_chart_of_dates_is_in_order_of_time(tmp_path) -> None:
    rows = [f"2024-03-{place + 1:02d},{value}" for place, value in enumerate(STEP[5:35])]
    assert "2024-03" in detect(table(tmp_path, rows), "--chart").stdout


def test_a_chart_is_no_json(tmp_path) -> None:
    done = detect(series(tmp_path, STEP), "--chart", "--json")
    assert isinstance(done.exception, UsageError)
    assert "Leave out one of them" in str(done.exception)
