"""Lists of which one is taken."""

import pytest
from textual.app import App, ComposeResult

from tui.widgets.options import Options

pytestmark = pytest.mark.anyio


class _Flat(App[None]):
    """A list for which the terminal has no line."""

    CSS = "Options { height: 0; border: none; padding: 0; }"

    def compose(self) -> ComposeResult:
        yield Options("expected", "fixed", "invalid")


async def test_a_list_without_a_line_to_stand_on_hears_all_keys() -> None:
    app = _Flat()
    async with app.run_test() as pilot:
        options = app.query_one(Options)
        options.highlighted = 1
        options.focus()
        await pilot.press("pageup", "pagedown", "up")
        assert options.highlighted == 0
