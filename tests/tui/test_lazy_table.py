"""The table that reads only what is seen: what it paints, and what it need not."""

from collections.abc import Sequence
from typing import Any

import pytest
from browsing import browsing, rows_of, settled
from textual.app import App, ComposeResult
from textual.widgets import Static

from tui.screens import listed_page
from tui.widgets.lazy_table import LazyTable

pytestmark = pytest.mark.anyio

_PAGE, _ALL = 100, 1_000_000


def _rows(first: int, count: int) -> Sequence[Sequence[Any]]:
    return [(str(first + at), "net") for at in range(count)]


class _Watched(LazyTable):
    """Counts the lines it is asked for."""

    painted = 0

    def render_line(self, y: int) -> Any:
        self.painted += 1
        return super().render_line(y)


class _OneTable(App[None]):
    def compose(self) -> ComposeResult:
        yield _Watched(id="rows")


async def test_rows_that_are_counted_later_are_not_painted_again_and_the_last_is_reached() -> None:
    async with _OneTable().run_test(size=(80, 24)) as pilot:
        table = pilot.app.query_one(_Watched)
        table.focus()
        table.show(("number", "model"), _PAGE, _rows, _rows(0, _PAGE))
        await pilot.pause()
        before = table.painted
        table.counted(_ALL)
        await pilot.pause()
        assert table.painted == before
        assert table.vertical_scrollbar.window_virtual_size == _ALL + 1
        await pilot.press("G")
        await pilot.pause()
        assert table.cursor == _ALL - 1
        assert table.max_scroll_y == _ALL + 1 - table.size.height


@pytest.mark.parametrize(("many", "few"), [(_PAGE, 3), (3, _PAGE)])
async def test_scrollbars_come_and_go_with_the_rows(many: int, few: int) -> None:
    async with _OneTable().run_test(size=(80, 24)) as pilot:
        table = pilot.app.query_one(LazyTable)
        for count in (many, few, many):
            table.show(("number", "model"), count, _rows, _rows(0, count))
            await pilot.pause()
            assert table.show_vertical_scrollbar == (count > table.size.height)
        table.show(("x" * 200, "model"), few, _rows, _rows(0, few))
        await pilot.pause()
        assert table.show_horizontal_scrollbar


async def test_what_fits_into_the_first_page_is_not_counted_once_more(browsed, monkeypatch) -> None:
    asked = []
    count = listed_page.number_of_rows

    def counted(connection, listing, its):
        asked.append(its.search)
        return count(connection, listing, its)

    monkeypatch.setattr(listed_page, "number_of_rows", counted)
    async with browsing(browsed, "results") as (app, pilot):
        assert asked == [""]
        await pilot.press("slash", *"net_00")
        await settled(app, pilot)
        asked.clear()
        await pilot.press("7")
        await settled(app, pilot)
        assert not asked
        assert rows_of(app, "rows").row_count == 1
        assert str(app.screen.query_one("#found", Static).content).startswith("1 results")
