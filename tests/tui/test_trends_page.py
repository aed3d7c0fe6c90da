"""Series: listed with their course, and one of them walked along as a chart."""

import json
import shutil
from dataclasses import replace

import histories
import pytest
from browsing import LARGE, SMALL, browsing, rows_of, settled, text_of
from click.testing import CliRunner
from textual.widgets import Static

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import UsageError
from benchmart.event_log.change_schemas import CHANGE_ACKNOWLEDGED
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli
from tui.sparkline import sparkline
from tui.widgets.chart_window import Window
from tui.widgets.series_chart_view import SeriesChartView

POINTS, STEP = histories.POINTS, histories.STEP_AT


@pytest.fixture(scope="module")
def series_id(browsed) -> str:
    with open_warehouse(browsed) as connection:
        ((found,),) = connection.execute(
            "select series_id from series_trends where regression_count > 0"
        ).fetchall()
    return str(found)


def chart_of(app) -> SeriesChartView:
    return app.screen.query_one("#series", SeriesChartView)


@pytest.mark.anyio
async def test_series_with_regressions_come_first_and_show_their_course(browsed) -> None:
    async with browsing(browsed, "trends", SMALL) as (app, _):
        table = rows_of(app, "rows")
        first = dict(zip(table.columns, table.row(0), strict=True))
        assert (first["worse"], first["better"], first["points"]) == (1, 0, POINTS)
        assert (first["subject"], first["metric"]) == ("ResNet-50", "latency_mean")
        assert first["course"] == "▁▁▁▁▁▁█▇▇██▇"
        assert "1 series by most regressions first" in text_of(app)


@pytest.mark.anyio
async def test_series_of_one_point_are_listed_on_a_key(browsed) -> None:
    async with browsing(browsed, "trends") as (app, pilot):
        await pilot.press("w")
        await settled(app, pilot)
        table = rows_of(app, "rows")
        assert table.row_count == 151
        assert table.row(1)[table.columns.index("course")] == ""
        await pilot.press("w")
        await settled(app, pilot)
        assert rows_of(app, "rows").row_count == 1


@pytest.mark.anyio
async def test_a_series_opens_on_its_last_change_and_escape_returns_to_the_list(browsed) -> None:
    async with browsing(browsed, "trends", SMALL) as (app, pilot):
        await pilot.press("enter")
        await settled(app, pilot)
        shown = text_of(app)
        assert chart_of(app).cursor == STEP
        assert app.focused is chart_of(app)
        assert f"point {STEP + 1} of {POINTS}" in shown
        assert "▼" in shown
        assert f"change 1 of 1, point {STEP + 1}" in shown
        assert "2.4.0 2026-01-01 20:00" in shown
        assert shown.count("ResNet-50") == 1
        assert not rows_of(app, "rows").display
        await pilot.press("escape")
        await settled(app, pilot)
        assert not chart_of(app).display
        assert app.focused is rows_of(app, "rows")


@pytest.mark.anyio
async def test_keys_walk_along_the_points_and_look_closer(browsed, series_id) -> None:
    async with browsing(browsed, f"trends/{series_id}") as (app, pilot):
        chart = chart_of(app)
        await pilot.press("left", "left", "right")
        assert chart.cursor == STEP - 1
        await pilot.press("plus")
        assert chart.picture().window == range(9, 29)
        assert "shown 10 to 29" in text_of(app)
        await pilot.press("pageup")
        assert (chart.cursor, chart.picture().window) == (9, range(20))
        await pilot.press("G")
        assert (chart.cursor, chart.picture().window) == (39, range(20, 40))
        await pilot.press("left_square_bracket")
        assert chart.cursor == STEP
        await pilot.press("right_square_bracket", "minus")
        assert (chart.cursor, chart.picture().window) == (STEP, range(POINTS))
        await pilot.press("plus", "plus", "equals_sign")
        assert chart.picture().window == range(POINTS)


@pytest.mark.anyio
async def test_levels_keep_their_values_however_close_one_looks(browsed, series_id) -> None:
    from interfaces.series_picture.levels import levels_of, within

    async with browsing(browsed, f"trends/{series_id}") as (app, pilot):
        whole = levels_of(chart_of(app).picture())
        await pilot.press("plus", "plus")
        picture = chart_of(app).picture()
        assert picture.window == range(15, 25)
        cut = within(levels_of(picture), picture)
        assert [(level.first, level.last) for level in whole] == [(0, STEP - 1), (STEP, POINTS - 1)]
        assert [(level.first, level.last) for level in cut] == [(15, STEP - 1), (STEP, 24)]
        assert [level.value for level in cut] == [level.value for level in whole]


@pytest.mark.anyio
async def test_enter_goes_to_the_result_of_the_point(browsed, series_id, monkeypatch) -> None:
    async with browsing(browsed, f"trends/{series_id}") as (app, pilot):
        gone: list[str] = []
        monkeypatch.setattr(app, "go_link", gone.append)
        await pilot.press("home", "enter")
        await settled(app, pilot)
        assert gone == [f"matrix/event/{chart_of(app).one.series.points[0].event_id}"]


@pytest.mark.anyio
async def test_nothing_is_acknowledged_while_groups_still_stand_in_the_table(browsed) -> None:
    async with browsing(browsed, "changes") as (app, pilot):
        await pilot.press("b", "enter")
        await settled(app, pilot)
        page = app.screen
        assert page.place.asked.group
        page.place = replace(page.place, asked=replace(page.place.asked, group=""))
        page.action_acknowledge()
        await settled(app, pilot)
        assert app.screen is page


@pytest.mark.anyio
async def test_the_nearest_change_is_acknowledged_with_a_reason(browsed, series_id, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    async with browsing(home, f"trends/{series_id}") as (app, pilot):
        await pilot.press("home", "a")
        await settled(app, pilot)
        await pilot.press(*"exact", "enter")
        await settled(app, pilot)
        assert "Recorded" in str(app.screen.query_one("#message", Static).content)
        assert "ResNet-50   latency_mean" in text_of(app).splitlines()[1]
    (event,) = EventLog(home.events).read(CHANGE_ACKNOWLEDGED).to_pylist()
    assert event["reason"] == "exact"


@pytest.mark.anyio
async def test_a_series_is_found_again_with_its_cursor(browsed, series_id) -> None:
    async with browsing(browsed, f"trends/{series_id}") as (app, pilot):
        await pilot.press("home", "right", "1", "backspace")
        await settled(app, pilot)
        assert chart_of(app).cursor == 1
        assert app.screen.picture().startswith("<svg")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "said"),
    [("nothing", "no id of a series"), ("00000000-0000-0000-0000-000000000000", "no series")],
)
async def test_a_series_that_is_not_there_is_said(browsed, path, said) -> None:
    async with browsing(browsed, f"trends/{path}", SMALL) as (app, pilot):
        assert said in str(app.screen.query_one("#message", Static).content)
        await pilot.press("a", "plus", "right", "enter", "left_square_bracket")
        assert app.return_code is None


@pytest.mark.anyio
async def test_a_chart_of_twenty_by_five_is_no_error(browsed, series_id) -> None:
    async with browsing(browsed, f"trends/{series_id}", LARGE) as (app, pilot):
        for size in ((20, 5), (3, 2), SMALL):
            await pilot.resize_terminal(*size)
            await pilot.press("plus", "right", "pagedown", "minus")
            await settled(app, pilot)
        assert "latency_mean, ms, lower is better" in text_of(app)


def test_a_series_is_shown_without_a_screen(browsed, series_id) -> None:
    def show(place: str):
        arguments = ["show", place, "--json", "--limit", "3", "--home", str(browsed.root)]
        return CliRunner().invoke(cli, arguments, standalone_mode=False)

    told = json.loads(show(f"trends/{series_id}").stdout)
    assert [change["point_number"] for change in told["changes"]["rows"]] == [STEP + 1]
    assert told["points"]["row_count"] == POINTS
    assert [point["commit"] for point in told["points"]["rows"]] == ["c37", "c38", "c39"]
    assert json.loads(show("trends").stdout)["series"]["row_count"] == 1
    assert isinstance(show("trends/nothing").exception, UsageError)


@pytest.mark.parametrize(
    ("values", "width", "line"),
    [
        ([], 8, ""),
        ([1.0], 8, ""),
        ([1.0, 1.0, 1.0], 8, "▄▄▄"),
        ([0.0, 1.0], 8, "▁█"),
        ([0.0, 0.0, 100.0, 7.0, 7.0, 7.0], 2, "▁█"),
        ([0.0, float("nan"), 7.0], 8, "▁█"),
        ([-1.7e308, 0.0, 1.7e308], 8, "▁▅█"),
    ],
)
def test_a_line_of_blocks_goes_from_the_lowest_to_the_highest(values, width, line) -> None:
    assert sparkline(values, width) == line


def test_a_window_never_leaves_its_points() -> None:
    window = Window(10)
    window.zoom(-1)
    window.pan(-1)
    assert (window.cursor, window.places) == (0, range(8))
    window.go(99)
    assert (window.cursor, window.places) == (9, range(2, 10))
    window.zoom(1)
    assert (window.cursor, window.places, window.is_whole) == (9, range(10), True)
