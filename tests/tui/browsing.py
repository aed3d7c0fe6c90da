"""Driving the browser: a small warehouse, and a pilot that waits until what was asked for is shown."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from benchmart.config import Home
from tui.app import Browser
from tui.place import from_link
from tui.screens.page import Page
from tui.widgets.lazy_table import LazyTable

MODELS = 150
"""Beside the one whose series became slower."""
SMALL, LARGE = (80, 24), (160, 48)
_SECONDS = 120.0
_QUIET = 3
"""Looks in a row at which nothing is read."""


@asynccontextmanager
async def browsing(
    home: Home, page: str = "overview", size: tuple[int, int] = LARGE
) -> AsyncIterator[tuple[Browser, Pilot[None]]]:
    """The browser of a home, its first screen read."""
    app = Browser(home, from_link(page))
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        yield app, pilot


async def settled(app: Browser, pilot: Pilot[None]) -> None:
    """Until the screen has its state of the warehouse and nothing is read any more, timers of typing among it."""
    quiet, deadline = 0, time.monotonic() + _SECONDS
    while quiet < _QUIET:
        assert time.monotonic() < deadline, "the browser does not come to rest"
        await pilot.pause(0.02)
        page = app.screen
        is_told = not isinstance(page, Page) or page.warehouse is not None or bool(app.missing)
        quiet = quiet + 1 if is_told and all(worker.is_finished for worker in app.workers) else 0
    await pilot.pause()


def rows_of(app: Browser, name: str) -> LazyTable:
    """The table of this name on the screen."""
    return app.screen.query_one(f"#{name}", LazyTable)


def text_of(app: Browser) -> str:
    """What stands on the screen."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip)[:width] for strip in strips[:height])
