"""What was taken down is let go, so that a browser that is open for days stays as small as it was."""

import gc

import pytest
from browsing import browsing, settled
from textual.widget import Widget

_KEYS = (*"1234567890", "1", "question_mark", "tab", "question_mark", "ctrl+p", "escape", "ctrl+o", "escape")
_ON_ONE_SCREEN = 40
"""Keys of one footer more or less, and what is about to be taken down."""

pytestmark = pytest.mark.anyio


def living_widgets() -> int:
    gc.unfreeze()  # what was set apart is not looked through
    gc.collect()
    return sum(isinstance(each, Widget) for each in gc.get_objects())


async def test_widgets_that_were_taken_down_are_let_go(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        counts = []
        for _ in range(4):
            for key in _KEYS:
                await pilot.press(key, "escape")
            await settled(app, pilot)
            counts.append(living_widgets())
        assert counts[-1] < counts[0] + _ON_ONE_SCREEN
