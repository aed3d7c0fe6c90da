"""What takes too much memory for a browser is answered by a process beside it, which ends when it is not needed."""

import shutil
import time

import psutil
import pytest
from browsing import browsing, rows_of, settled

from benchmart.config import Home
from benchmart.errors import BenchmartError
from tui.apart import Apart
from tui.contents.listing import Asked, number_of_rows, rows_from
from tui.contents.question import AskedHardware
from tui.contents.results import RESULTS
from tui.contents.select import select_apart
from tui.contents.typed import FieldError
from tui.warehouse import OpenWarehouse, Superseded

LARGE_VALUE = "select len(list(range)) as many from range(40_000_000)"
"""A list of 320 MB, which no disk can hold in place of memory."""


@pytest.fixture
def warehouse(browsed):
    opened = OpenWarehouse(browsed)
    yield opened
    opened.close()


ENDLESS = f"""
    with large as materialized ({LARGE_VALUE})
    select any_value(many), sum(hash(a.range + b.range))
    from large cross join range(1_000_000) as a cross join range(1_000_000) as b
"""


def beside() -> list[psutil.Process]:
    living = [each for each in psutil.Process().children() if each.status() != psutil.STATUS_ZOMBIE]
    return [each for each in living if "apart_process" in " ".join(each.cmdline())]


@pytest.mark.anyio
async def test_a_statement_that_does_not_fit_into_the_browser_has_an_answer(browsed) -> None:
    async with browsing(browsed, f"sql/{LARGE_VALUE}") as (app, pilot):
        await pilot.press("f5")
        await settled(app, pilot)
        assert rows_of(app, "answer").row(0) == (40_000_000,)
        assert len(beside()) == 1
    assert not beside()


@pytest.mark.anyio
async def test_a_statement_that_is_asked_beside_can_be_stopped(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        app.screen.query_one("#statement").put(ENDLESS)
        await pilot.press("f5")
        deadline = time.monotonic() + 20
        while not beside() and time.monotonic() < deadline:
            await pilot.pause(0.05)
        assert beside()
        await pilot.press("escape")
        await settled(app, pilot)
        assert str(app.screen.query_one("#refused").content).startswith("Stopped after")


def test_rows_read_beside_are_those_read_here(warehouse) -> None:
    arguments = RESULTS, Asked("net_14", "model"), 2, 5
    assert warehouse.read_apart(rows_from, *arguments) == warehouse.read(rows_from, *arguments)
    assert len(beside()) == 1


def test_an_error_over_there_is_raised_here_as_it_is(warehouse) -> None:
    wrong = AskedHardware({"model": "resnet50", "batch": "-3"})
    with pytest.raises(FieldError, match="is not above 0") as raised:
        warehouse.read_apart(select_apart, warehouse.home, wrong)
    assert raised.value.field == "batch"


def test_where_it_is_killed_the_next_question_has_an_answer(warehouse) -> None:
    counted = RESULTS, Asked()
    many = warehouse.read_apart(number_of_rows, *counted)
    beside()[0].kill()
    time.sleep(0.2)
    assert warehouse.read_apart(number_of_rows, *counted) == many


def test_another_state_than_the_one_that_is_shown_is_not_asked(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    opened = OpenWarehouse(home)
    shutil.copy(browsed.warehouse, tmp_path / "newer")
    (tmp_path / "newer").replace(home.warehouse)
    with pytest.raises(BenchmartError, match="n shows the newest"):
        opened.read_apart(number_of_rows, RESULTS, Asked())
    opened.close()


def test_it_ends_with_the_state_and_when_nothing_is_asked(browsed) -> None:
    opened = OpenWarehouse(browsed)
    opened.read_apart(number_of_rows, RESULTS, Asked())
    opened.close()
    assert not beside()
    with pytest.raises(Superseded):
        opened.read_apart(number_of_rows, RESULTS, Asked())

    idle = Apart(browsed.root, opened.identity, idle_seconds=0.3)
    for _ in range(2):
        assert idle.ask(number_of_rows, RESULTS, Asked())
        deadline = time.monotonic() + 10
        while idle.is_there and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not idle.is_there
