"""The SQL console: words are completed, statements kept, errors placed, long ones stopped."""

import json

import pytest
from browsing import SMALL, browsing, rows_of, settled, text_of
from click.testing import CliRunner
from textual.widgets import OptionList, Static

from interfaces.cli.main import cli
from tui.widgets.sql_editor import SqlEditor

pytestmark = pytest.mark.anyio

_ENDLESS = "select count(*) from range(100000000000) a, range(1000) b where a.range % 7 = b.range"


def editor(app) -> SqlEditor:
    return app.screen.query_one("#statement", SqlEditor)


def told(app, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).content)


async def write(pilot, text: str) -> None:
    """In place of what is written."""
    editor(pilot.app).put("")
    await pilot.press(*(" " if letter == " " else letter for letter in text))


async def test_words_are_completed_with_tab(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        await write(pilot, "select count(*) from perform")
        offered = app.screen.query_one("#completions", OptionList)
        assert offered.display
        assert "performance" in str(offered.get_option_at_index(0).prompt)
        await pilot.press("tab")
        assert editor(app).text == "select count(*) from performance"
        assert not offered.display
        await pilot.press("f5")
        await settled(app, pilot)
        assert rows_of(app, "answer").row(0) == (190,)
        assert told(app, "answered").startswith("1 row in ")


async def test_what_was_asked_is_gone_through_and_listed(browsed) -> None:
    async with browsing(browsed, "sql", SMALL) as (app, pilot):
        for number in (1, 2):
            editor(app).put(f"select {number} as kept")
            await pilot.press("f5")
            await settled(app, pilot)
        await pilot.press("alt+up")
        assert editor(app).text == "select 1 as kept"
        await pilot.press("alt+down")
        assert editor(app).text == "select 2 as kept"
        await pilot.press("ctrl+r", *"1 as", "enter")
        await settled(app, pilot)
        assert editor(app).text == "select 1 as kept"


async def test_a_statement_with_a_name_is_put_into_the_editor(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        await pilot.press("ctrl+n", *"precision_gains", "enter")
        await settled(app, pilot)
        assert editor(app).text.startswith("-- How many times faster each precision is")


async def test_where_an_error_is_is_marked(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        editor(app).put("select model_nam\nfrom performance")
        await pilot.press("f5")
        await settled(app, pilot)
        assert "model_name" in told(app, "refused")
        assert "line 1: select model_nam\n               ^" in told(app, "refused")


async def test_a_statement_that_takes_long_is_stopped(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        editor(app).put(_ENDLESS)
        await pilot.press("f5")
        await pilot.pause(0.3)
        assert "running, escape stops it" in told(app, "answered")
        await pilot.press("escape")
        await settled(app, pilot)
        assert told(app, "refused").startswith("Stopped after")


async def test_q_is_a_letter_of_a_statement_and_quits_at_the_answer(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        await write(pilot, "q")
        assert editor(app).text == "q"
        await pilot.press("escape", "escape", "q")
    assert app.return_code == 0


async def test_a_link_has_a_statement_or_the_name_of_one(browsed) -> None:
    async with browsing(browsed, "sql/query/precision_gains") as (app, _):
        assert "rows in" in told(app, "answered")
    async with browsing(browsed, "sql/select%2042 as answer") as (app, _):
        assert editor(app).text == "select 42 as answer"
        assert told(app, "answered") == "F5 runs the statement"
    async with browsing(browsed, "sql/query/nothing") as (app, _):
        assert "error:" in text_of(app)


def test_a_named_statement_is_answered_without_a_screen(browsed) -> None:
    shown = CliRunner().invoke(
        cli, ["show", "sql/select 41 %2B 1 as answer", "--json", "--home", str(browsed.root)]
    )
    assert json.loads(shown.stdout)["answer"]["rows"] == [{"answer": 42}]
