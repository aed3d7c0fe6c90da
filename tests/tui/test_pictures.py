"""Every screen as it is painted, small and large, in dark and light; held against what was looked at and found good.

`UPDATE_SNAPSHOTS=1 pytest tests/tui/test_pictures.py` paints them anew: look at what changed before it is kept.
"""

import os
from pathlib import Path

import pytest
from browsing import LARGE, SMALL, browsing, settled
from pictures import contrasts, picture_of

from tui.pages import PAGES
from tui.themes import DARK, LIGHT

pytestmark = pytest.mark.anyio
_KEPT = Path(__file__).with_name("snapshots")
_LEAST_CONTRAST = 4.5


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("page", list(PAGES))
async def test_a_screen_is_painted_as_it_was_and_can_be_read(browsed, page, size) -> None:
    async with browsing(browsed, page, size) as (app, pilot):
        if page == "sql":
            app.screen.set_focus(None)  # a cursor would blink
        for theme in (DARK.name, LIGHT.name):
            app.theme = theme
            await settled(app, pilot)
            painted = picture_of(app)
            assert painted == kept(
                f"{page}-{size[0]}x{size[1]}-{theme.removeprefix('benchmart-')}.txt", painted
            )
            assert not {text for contrast, text in contrasts(app) if contrast < _LEAST_CONTRAST}


async def test_the_help_beside_a_screen_can_be_read(browsed) -> None:
    async with browsing(browsed, "results", LARGE) as (app, pilot):
        await pilot.press("question_mark")
        for theme in (DARK.name, LIGHT.name):
            app.theme = theme
            await settled(app, pilot)
            await pilot.pause(0.3)
            assert "Results" in picture_of(app)
            assert not {text for contrast, text in contrasts(app) if contrast < _LEAST_CONTRAST}


def kept(name: str, painted: str) -> str:
    """The snapshot of this name; written first where one asks for it."""
    file = _KEPT / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        _KEPT.mkdir(exist_ok=True)
        file.write_text(painted, encoding="utf-8")
    return file.read_text(encoding="utf-8")
