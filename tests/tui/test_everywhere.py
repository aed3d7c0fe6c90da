"""What works on every screen: back and forward, commands, jumps, help, export, colours, moments, what is kept."""

import asyncio
import json
import shutil
import threading
import time
from functools import partial

import pyarrow.parquet as pq
import pytest
from browsing import LARGE, browsing, rows_of, settled, text_of
from textual.command import CommandPalette
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Input, Static

from benchmart import __version__
from benchmart.config import Home
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from tui.app import Browser
from tui.place import from_link
from tui.screens.acknowledge import Acknowledge
from tui.screens.as_of import AsOfDialog
from tui.screens.choice import Choice
from tui.screens.export import ExportDialog
from tui.screens.palette import Palette
from tui.screens.pick import Pick
from tui.screens.record import RecordView
from tui.screens.simulated import SimulatedDialog
from tui.state import state_file
from tui.themes import DARK, LIGHT

pytestmark = pytest.mark.anyio


async def test_back_and_forward_return_to_what_was_searched_and_to_the_row(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("slash", *"net_1", "escape", "down", "down")
        await settled(app, pilot)
        app.go_link("changes")
        await settled(app, pilot)
        await pilot.press("backspace")
        await settled(app, pilot)
        assert app.screen.NAME == "results"
        assert (app.screen.query_one("#search", Input).value, rows_of(app, "rows").cursor) == ("net_1", 2)
        await pilot.press("alt+right")
        await settled(app, pilot)
        assert app.screen.NAME == "changes"


async def test_a_group_is_opened_and_left_by_going_back(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("b", "s", "enter")  # the first column with an s is the status
        await settled(app, pilot)
        table = rows_of(app, "rows")
        assert (table.columns[:2], table.row(0)[:2]) == (("status", "results"), ("ok", 190))
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.query_one("#search", Input).value == 'status="ok"'
        assert rows_of(app, "rows").row_count == 190
        await pilot.press("backspace")
        await settled(app, pilot)
        assert rows_of(app, "rows").columns[0] == "status"


async def test_the_palette_lists_what_the_screen_can_do(browsed) -> None:
    async with browsing(browsed, "changes") as (app, _):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Acknowledge", "Export", "As of a moment...", "Go to results"} <= titles
        app.go_link("sql")
    async with browsing(browsed, "sql") as (app, _):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert "Run" in titles
        assert not {"Acknowledge", "View row"} & titles


async def test_a_command_is_chosen_by_its_words(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+p", *"go to chan")
        await pilot.pause(0.3)
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.NAME == "changes"


async def test_themes_are_listed_as_commands_are(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+p", *"theme")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert isinstance(app.screen, Palette)
        await pilot.press(*"benchmart-light")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.theme == LIGHT.name


async def test_the_palette_closes_once(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause()
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        for _ in range(3):
            palette.dismiss()
        await settled(app, pilot)
        assert app.screen.NAME == "overview"


async def test_a_dialog_with_another_over_it_stays_and_closes_none(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+o")
        await pilot.pause()
        dialog = app.screen
        app.push_screen(Palette(id="--command-palette"))
        for _ in range(2):
            dialog.answer()
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is dialog


@pytest.mark.parametrize(
    "made",
    [
        Acknowledge,
        partial(AsOfDialog, ""),
        partial(Choice, "which", ("one", "other")),
        partial(ExportDialog, "rows", None, "<svg/>"),
        partial(Pick, "which", [("one", "")], "none"),
        partial(RecordView, ("column",), (1,)),
        SimulatedDialog,
    ],
    ids=lambda made: getattr(made, "func", made).__name__,
)
async def test_a_dialog_may_be_taken_down_while_it_is_still_made(browsed, made) -> None:
    async with browsing(browsed) as (app, pilot):
        for pauses in range(5):
            app.push_screen(made())
            for _ in range(pauses):
                await asyncio.sleep(0)
            app.pop_screen()
            await settled(app, pilot)
        assert app.screen.NAME == "overview"


async def test_what_is_being_taken_down_gets_no_bars_to_scroll_by(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+o")
        await pilot.pause()
        part = VerticalScroll()
        await app.screen.mount(part)
        part.set_reactive(VerticalScroll.show_vertical_scrollbar, True)
        part._pruning = True
        app.screen.add_class("late")
        assert part._vertical_scrollbar is None
        part._pruning = False
        app.screen.remove_class("late")
        assert part._vertical_scrollbar is not None


async def test_a_newer_state_is_shown_also_by_a_screen_that_is_still_made(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        app.go(from_link("compare"))
        app.action_newest()
        await settled(app, pilot)
        assert app.screen.NAME == "compare"
        assert app.screen.warehouse is app.warehouse


async def test_what_the_palette_finds_while_it_closes_is_shown_nowhere(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        await palette.query("*").remove()
        palette.call_next(setattr, palette, "_list_visible", True)
        palette.call_next(setattr, palette, "_show_busy", True)
        palette._start_no_matches_countdown("nothing")
        palette._gather_commands("result")
        palette._action_cursor_down()
        await pilot.pause(palette._NO_MATCHES_COUNTDOWN + 0.2)
        assert app.return_code is None


async def test_two_sizes_within_a_frame_do_not_undo_each_other_for_ever(browsed, monkeypatch) -> None:
    sizes = []
    resized = Screen._screen_resized

    def counted(self, size) -> None:
        sizes.append(size)
        resized(self, size)

    monkeypatch.setattr(Screen, "_screen_resized", counted)
    async with browsing(browsed) as (app, pilot):
        await pilot.press("at")
        with app.batch_update():
            for screen in app.screen_stack:
                for size in (Size(100, 30), Size(90, 28), Size(100, 30)):
                    screen.post_message(Resize(size, size))
                    screen.call_later(lambda: None)  # sizes that follow each other are taken as one
            await pilot.pause(0.2)
        await settled(app, pilot)
        sizes.clear()
        await pilot.pause(0.2)
        assert not sizes


async def test_a_letter_jumps_to_a_part_of_the_screen(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert len(app.screen.query(".jump")) == 4
        await pilot.press("s")
        await settled(app, pilot)
        assert app.focused is rows_of(app, "coverage")


async def test_help_explains_the_part_with_the_keys(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Rows: arrows or hjkl move" in " ".join(text_of(app).split())
        await pilot.press("question_mark")
        await pilot.pause()
        assert not app.screen.query("HelpPanel")


async def test_all_of_a_row_can_be_read_and_copied(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("slash", *"net_007", "escape")
        await settled(app, pilot)
        await pilot.press("v")
        await pilot.pause()
        assert "memory_mb" in text_of(app)
        await pilot.press("escape", "y")
        assert app.clipboard.split("\t")[:3] == ["net_007", "GeForce RTX 4090", "fp32"]
        await pilot.press("Y")
        assert app.clipboard == "benchmart tui results --filter net_007"


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "md"])
async def test_what_was_found_is_exported_whole(browsed, tmp_path, ending) -> None:
    file = tmp_path / f"found.{ending}"
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("slash", *"net_1", "escape")
        await settled(app, pilot)
        await pilot.press("e")
        await pilot.pause()
        app.screen.query_one("#file", Input).value = str(file)
        await pilot.press("enter")
        await settled(app, pilot)
    text = "" if ending == "parquet" else file.read_text()
    rows = {
        "csv": lambda: text.count("\n") - 1,
        "md": lambda: text.count("\n") - 2,
        "json": lambda: len(json.loads(text)),
        "parquet": lambda: pq.read_table(file).num_rows,
    }
    assert rows[ending]() == 50


async def test_a_chart_is_exported_and_what_cannot_be_is_said(browsed, tmp_path) -> None:
    async with browsing(browsed, "changes") as (app, pilot):
        await pilot.press("e")
        await pilot.pause()
        for name, said in (
            ("chart.xls", "does not tell the format"),
            ("none/chart.svg", "cannot be written"),
            ("~nobody-is-called-so/chart.svg", "cannot be written"),
        ):
            app.screen.query_one("#file", Input).value = (
                name if name.startswith("~") else str(tmp_path / name)
            )
            await pilot.press("enter")
            await settled(app, pilot)
            assert said in str(app.screen.query_one("#outcome", Static).content)
        app.screen.query_one("#file", Input).value = str(tmp_path / "chart.svg")
        await pilot.press("enter")
        await settled(app, pilot)
    assert (tmp_path / "chart.svg").read_text().startswith("<svg")


async def test_who_leaves_before_a_file_is_written_is_told_that_it_was_not(browsed, monkeypatch) -> None:
    may_fail = threading.Event()

    def failing(*_arguments):
        assert may_fail.wait(60)
        raise OSError("no space left for [=0].csv")

    monkeypatch.setattr("tui.screens.export.write_text", failing)
    async with browsing(browsed, "changes") as (app, pilot):
        await pilot.press("e")
        await pilot.pause()
        await pilot.press("enter", "escape")
        may_fail.set()
        deadline = time.monotonic() + 6
        while not app._notifications and time.monotonic() < deadline:
            await pilot.pause(0.05)
        (told,) = app._notifications
        assert (told.message, told.markup) == ("error: no space left for [=0].csv", False)


async def test_the_state_of_a_moment_is_shown_until_one_returns_to_now(known, tmp_path) -> None:
    shutil.copytree(known.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    (moment,) = set(EventLog(home.events).read(RESULT_RECORDED)["recorded_at"].to_pylist())

    async def seen_as_of(text: str) -> str:
        await pilot.press("at")
        await pilot.pause()
        app.screen.query_one("#moment", Input).value = text
        await pilot.press("enter")
        await settled(app, pilot)
        return text_of(app)

    async with browsing(home, "quality") as (app, pilot):
        assert "not recognised" in text_of(app)
        assert "nothing had been recorded by" in await seen_as_of("2020-01-01")
        before = await seen_as_of(moment.isoformat())
        assert "as of " in before
        assert "not recognised" not in before  # it was recorded later
        assert "contradiction" in before or "number_is_not_doubted" in before
        await pilot.press("n")
        await settled(app, pilot)
        assert "as of" not in text_of(app)
        assert "not recognised" in text_of(app)


async def test_no_moment_is_said_where_it_is_typed(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("at", *"soon", "enter")
        await pilot.pause()
        assert "no moment 'soon'" in str(app.screen.query_one("#outcome", Static).content)


async def test_the_next_session_begins_where_the_last_ended(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("slash", *"net_1", "escape")
        await settled(app, pilot)
        await pilot.press("down", "ctrl+t", "q")
    again = Browser(browsed)
    async with again.run_test(size=LARGE) as pilot:
        await settled(again, pilot)
        assert (again.screen.NAME, again.theme) == ("results", LIGHT.name)
        assert (again.screen.query_one("#search", Input).value, rows_of(again, "rows").cursor) == ("net_1", 1)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": "V", "homes": 3}', '{"version": "V", "homes": {"HOME": {"places": {"sql": 1}}}}'],
)
async def test_a_damaged_state_is_forgotten(browsed, text) -> None:
    state_file().parent.mkdir(parents=True)
    state_file().write_text(text.replace("HOME", str(browsed.root)).replace("V", __version__))
    async with Browser(browsed).run_test(size=LARGE) as pilot:
        assert (pilot.app.screen.NAME, pilot.app.theme) == ("overview", DARK.name)


async def test_colours_outlive_a_version_and_places_do_not(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("ctrl+t", "q")
    state_file().write_text(state_file().read_text().replace(f'"version": "{__version__}"', '"version": "0"'))
    async with Browser(browsed).run_test(size=LARGE) as pilot:
        assert (pilot.app.screen.NAME, pilot.app.theme) == ("overview", LIGHT.name)
    assert app.theme == LIGHT.name


@pytest.mark.parametrize("page", ["changes", "quality", "results"])
async def test_an_order_without_a_column_is_turned_like_any_other(browsed, page) -> None:
    async with browsing(browsed, page) as (app, pilot):
        assert ", down" in str(app.screen.query_one("#found", Static).content)
        await pilot.press("d")
        await settled(app, pilot)
        assert ", up" in str(app.screen.query_one("#found", Static).content)
        assert not app.screen.query_one("#message", Static).display


async def test_a_link_leads_to_a_search(browsed) -> None:
    app = Browser(browsed, from_link("results", "net_149 precision=fp32 batch>=8"))
    async with app.run_test(size=LARGE) as pilot:
        await settled(app, pilot)
        assert [rows_of(app, "rows").row(0)[0], rows_of(app, "rows").row_count] == ["net_149", 1]


async def test_screens_are_shown_by_a_click(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.click("#tabs", offset=(16, 0))
        await settled(app, pilot)
        assert app.page_names[1] == app.screen.NAME
