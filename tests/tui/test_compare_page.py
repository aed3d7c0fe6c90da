"""Results are marked where they are listed, and compared side by side."""

import json
from dataclasses import replace

import pytest
from browsing import SMALL, browsing, rows_of, settled, text_of
from click.testing import CliRunner

from interfaces.cli.main import cli
from tui.bars import bar

pytestmark = pytest.mark.anyio


async def test_what_is_marked_is_compared_and_what_differs_is_named(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("slash", *"net_14", "escape")
        await settled(app, pilot)
        await pilot.press("m", "m")
        assert "2 marked" in text_of(app)
        assert text_of(app).count("●") == 2
        await pilot.press("c")
        await settled(app, pilot)
        assert app.screen.NAME == "compare"
        assert app.screen.place.path.count(",") == 1
        shown = text_of(app)
        assert "A and B are comparable but for one thing: model net_149 / net_148" in shown
        await pilot.press("backspace")
        await settled(app, pilot)
        assert app.screen.NAME == "results"


async def test_a_row_leads_to_its_result_also_once_another_comparison_is_asked_for(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("m", "m", "c")
        await settled(app, pilot)
        first, second = app.screen.place.path.split(",")
        page = app.screen
        await pilot.press("down")
        page.place = replace(page.place, path=first)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path == f"event/{second}"


async def test_nothing_is_marked_while_groups_still_stand_in_the_table(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("m", "b", "enter")
        await settled(app, pilot)
        page, first = app.screen, list(app.marks)
        assert page.place.asked.group
        page.place = replace(page.place, asked=replace(page.place.asked, group=""))
        page.refresh()
        await pilot.press("m")
        assert app.marks == first


async def test_a_mark_is_taken_away_by_the_same_key(browsed) -> None:
    async with browsing(browsed, "results", SMALL) as (app, pilot):
        await pilot.press("space", "up", "space")
        assert app.marks == []
        await pilot.press("m", "m", "M")
        assert app.marks == []
        assert "●" not in text_of(app)


async def test_without_marks_the_way_to_them_is_said(browsed) -> None:
    async with browsing(browsed, "compare", SMALL) as (app, pilot):
        assert "Nothing is marked: in results, m marks a row and c compares." in text_of(app)
        for size in ((20, 5), (3, 2), SMALL):
            await pilot.resize_terminal(*size)
            await settled(app, pilot)
        assert app.return_code is None


async def test_a_result_that_is_none_is_said(browsed) -> None:
    async with browsing(browsed, "compare/0123abcd") as (app, _):
        assert "error:" in text_of(app)


async def test_a_comparison_can_be_had_without_a_screen(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("m", "m")
        await settled(app, pilot)
        link = f"compare/{','.join(app.marks)}"
        columns = rows_of(app, "rows").columns
    assert "event_id" in columns
    shown = CliRunner().invoke(cli, ["show", link, "--json", "--home", str(browsed.root)])
    told = json.loads(shown.stdout)
    metrics = [row["metric"] for row in told["metrics"]["rows"]]
    assert metrics.count("throughput") == 2


@pytest.mark.parametrize(
    ("value", "low", "high", "drawn"),
    [
        (8.0, None, None, "████████"),
        (4.0, None, None, "████"),
        (4.5, None, None, "████▌"),
        (0.0, None, None, ""),
        (None, None, None, ""),
        (float("nan"), None, None, ""),
        (-1.0, None, None, ""),
        (4.0, 2.0, 7.0, "██├────┤"),
        (4.0, 4.0, 4.1, "████"),
    ],
)
def test_a_bar_is_as_long_as_its_value_with_the_interval_over_it(value, low, high, drawn) -> None:
    assert bar(value, 8.0, 8, low=low, high=high) == drawn
