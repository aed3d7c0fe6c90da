"""What was taken down is let go, so that a browser that is open for days stays as small as it was."""

import gc
import platform
import subprocess
import sys
import weakref

import pytest
from browsing import browsing, settled
from textual.widget import Widget

from tui import memory
from tui.screens.dialog import Dialog
from tui.warehouse import OpenWarehouse

_KEYS = (*"1234567890", "1", "question_mark", "tab", "question_mark", "ctrl+p", "escape", "ctrl+o", "escape")
_ON_ONE_SCREEN = 40
"""Keys of one footer more or less, and what is about to be taken down."""
_ARENAS_OF_THREADS = """
import ctypes, sys, threading
from tui.memory import keep_in_one_arena

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
if sys.argv[1] == "one":
    keep_in_one_arena()
barrier = threading.Barrier(4)

def allocate():
    barrier.wait()
    libc.malloc(1000)
    barrier.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_stats()
"""

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


async def test_a_dialog_that_was_set_apart_while_it_was_open_is_let_go_in_a_quiet_moment(
    browsed, monkeypatch
) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("e")
        await settled(app, pilot)
        assert isinstance(app.screen, Dialog)
        dialog = weakref.ref(app.screen)
        memory.set_apart()
        await pilot.press("escape", "down", "up")
        await settled(app, pilot)
        gc.collect()
        assert dialog() is not None, "what is set apart is not found by Python's own search"
        monkeypatch.setattr(memory, "_LEAST_SECONDS", 0.0)
        monkeypatch.setattr(memory, "_QUIET_SECONDS", 0.1)
        for _ in range(50):
            await pilot.pause(0.1)
            if dialog() is None:
                break
        assert dialog() is None


def test_it_is_tidied_in_a_pause_and_after_minutes_of_keys_without_one_but_not_while_nobody_is_there(
    monkeypatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(memory, "monotonic", lambda: now)
    tidying = memory.Tidying()
    now = 100.0
    assert not tidying.is_due(), "nothing was done since"
    tidying.used()
    assert not tidying.is_due(), "a key was pressed just now"
    now = 104.0
    assert not tidying.is_due(), "the next key may come any moment"
    now = 106.0
    assert tidying.is_due()
    tidying.tidy()
    now = 1000.0
    assert not tidying.is_due(), "nothing was done since"
    tidying.used()
    assert tidying.is_due(), "it is minutes ago, and keys may come for hours"


_LOADED_BY_LOOKING = """
import asyncio, sys
from pathlib import Path
from benchmart.config import Home
from tui.app import Browser
from tui.place import from_link

async def look(link):
    async with Browser(Home(Path(sys.argv[1])), from_link(link)).run_test() as pilot:
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()

for link in sys.argv[2:]:
    asyncio.run(look(link))
print(*sys.modules, sep="\\n")
"""


def loaded_by_looking(home, *links: str) -> set[str]:
    """Modules of a program of its own that looks at these places."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_BY_LOOKING, str(home.root), *links], check=True, stdout=subprocess.PIPE
    )
    return set(done.stdout.decode().split())


def test_lists_are_looked_at_without_arrow(browsed) -> None:
    links = ("overview", "matrix", "results", "compare", "changes", "trends", "log", "quality")
    assert not loaded_by_looking(browsed, *links) & {"pyarrow", "pandas", "numpy", "collectors"}


def test_an_event_is_read_without_pandas(known) -> None:
    with OpenWarehouse(known).cursor() as cursor:
        row = cursor.execute("select event_id from fct_results limit 1").fetchone()
    assert row is not None
    loaded = loaded_by_looking(known, f"matrix/event/{row[0]}")
    assert "pyarrow" in loaded
    assert "pandas" not in loaded


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have no arenas of threads")
@pytest.mark.parametrize(("arenas", "is_one"), [("one", True), ("as they are", False)])
def test_threads_of_a_browser_allocate_in_one_arena(arenas: str, *, is_one: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ARENAS_OF_THREADS, arenas], check=True, capture_output=True, text=True
    )
    assert (done.stderr.count("Arena ") == 1) == is_one
