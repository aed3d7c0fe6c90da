"""Driving the browser: a small warehouse, and a pilot that waits until what was asked for is shown."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from benchmart.config import Home
from tui.app import Browser
from tui.widgets.lazy_table import LazyTable

SMALL, LARGE = (80, 24), (160, 48)


@asynccontextmanager
async def browsing(
    home: Home, page: str = "overview", size: tuple[int, int] = LARGE
) -> AsyncIterator[tuple[Browser, Pilot[None]]]:
    """The browser of a home, its first screen read."""
    app = Browser(home, page)
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        yield app, pilot


async def settled(app: Browser, pilot: Pilot[None]) -> None:
    """Until nothing is read any more, timers of typing among it."""
    for _ in range(2):
        await pilot.pause(0.1)
        await app.workers.wait_for_complete()
    await pilot.pause()


def rows_of(app: Browser, name: str) -> LazyTable:
    """The table of this name on the screen."""
    return app.screen.query_one(f"#{name}", LazyTable)


def text_of(app: Browser) -> str:
    """What stands on the screen."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip)[:width] for strip in strips[:height])
