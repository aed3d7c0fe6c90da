"""What is wrong with the data, down to the event."""

import pytest
from browsing import LARGE, SMALL, browsing, rows_of, settled, text_of
from textual.widgets import Input, Static

from benchmart.config import Home

pytestmark = pytest.mark.anyio


def told(table) -> list[dict]:
    return [dict(zip(table.columns, table.row(number), strict=True)) for number in range(table.row_count)]


async def test_broken_rules_come_first_with_what_was_not_understood_below(known) -> None:
    async with browsing(known, "quality", SMALL) as (app, _):
        rules = told(rows_of(app, "rows"))
        assert (rules[0]["rule"], rules[0]["open"]) == ("number_is_not_doubted", 1)
        assert {rule["open"] for rule in rules[1:]} == {0}
        (reason,) = told(rows_of(app, "quarantine"))
        assert (reason["reason"], reason["documents"]) == ("not recognised", 1)
        assert "Files by outcome: no file was read" in text_of(app)


async def test_enter_on_a_rule_lists_what_breaks_it_and_there_shows_the_event(known) -> None:
    async with browsing(known, "quality") as (app, pilot):
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path == "rule/number_is_not_doubted"
        (violation,) = told(rows_of(app, "rows"))
        assert violation["subject"] == "doubted"
        assert "1 open of 1 violations" in str(app.screen.query_one("#rule", Static).content)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.link == f"matrix/event/{violation['event_id']}"
        assert ("subject", "doubted") in [rows_of(app, "rows").row(number) for number in range(30)]
        await pilot.press("escape")
        await settled(app, pilot)
        assert app.screen.place.link == "quality/rule/number_is_not_doubted"


async def test_a_document_that_was_not_understood_is_found_by_its_reason(known) -> None:
    async with browsing(known, "quality") as (app, pilot):
        rows_of(app, "quarantine").focus()
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.query_one("#search", Input).value == 'reason="not recognised"'
        assert app.focused is rows_of(app, "rows")
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path.startswith("event/")
        assert ("kind", "document_quarantined") in [rows_of(app, "rows").row(number) for number in range(20)]


async def test_a_rule_that_there_is_none_of_is_told(browsed) -> None:
    async with browsing(browsed, "quality/rule/number_is_not_doubtful") as (app, _):
        assert "Did you mean: number_is_not_doubted" in text_of(app)
        assert rows_of(app, "rows").row_count == 0


async def test_a_screen_of_twenty_by_five_is_no_error(known) -> None:
    async with browsing(known, "quality", LARGE) as (app, pilot):
        for size in ((20, 5), (3, 2), SMALL):
            await pilot.resize_terminal(*size)
            await pilot.press("down", "right", "pagedown")
            await settled(app, pilot)
        assert app.return_code is None


async def test_without_a_warehouse_the_way_to_one_is_said(tmp_path) -> None:
    async with browsing(Home(tmp_path), "quality") as (app, pilot):
        assert "benchmart build" in text_of(app)
        await pilot.press("enter", "tab", "escape")
        assert app.return_code is None
