"""What a person does first on each screen, and what they see when there is nothing to see."""

import shutil
import subprocess
import sys
import timeit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import LARGE, MODELS, SMALL, browsing, rows_of, settled, text_of
from rich.cells import cell_len
from textual.widgets import Input, Static, TextArea

from benchmart.config import Home
from benchmart.event_log.change_schemas import CHANGE_ACKNOWLEDGED
from benchmart.event_log.log import EventLog
from tui.contents.results import RESULTS
from tui.pages import PAGES
from tui.screens.acknowledge import Acknowledge

COLUMNS = tuple(RESULTS.columns)

pytestmark = pytest.mark.anyio


async def test_the_overview_has_the_worst_change_first(browsed) -> None:
    async with browsing(browsed) as (app, _):
        changes = rows_of(app, "changes")
        assert changes.row(0)[0] == "regression"
        shown = text_of(app)
        assert f"{MODELS + 1} models" in shown
        assert "+20.1%" in shown


async def test_a_number_switches_the_screen_which_keeps_its_place(browsed) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press("3")
        await settled(app, pilot)
        await pilot.press("down", "down")
        assert rows_of(app, "rows").cursor == 2
        await pilot.press("1", "3")
        await settled(app, pilot)
        assert rows_of(app, "rows").cursor == 2


async def test_results_are_searched_as_one_types(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        everything = rows_of(app, "rows").row_count
        await pilot.press("slash", *"net_07")
        await settled(app, pilot)
        table = rows_of(app, "rows")
        assert (everything, table.row_count) == (190, 10)
        assert {table.row(number)[0] for number in range(10)} == {f"net_07{digit}" for digit in range(10)}
        await pilot.press("escape")
        assert app.focused is table


async def test_results_are_sorted_by_any_column(browsed) -> None:
    async with browsing(browsed, "results") as (app, pilot):
        await pilot.press("slash", *"net_", "escape")
        await settled(app, pilot)
        steps = COLUMNS.index("items/s") - COLUMNS.index("measured")
        for _ in range(steps % len(COLUMNS)):
            await pilot.press("s")
        await settled(app, pilot)
        assert "by items/s, down" in str(app.screen.query_one("#found", Static).content)
        assert rows_of(app, "rows").row(0)[0] == "net_149"
        await pilot.press("d")
        await settled(app, pilot)
        assert rows_of(app, "rows").row(0)[0] == "net_000"


async def test_the_last_row_is_read_when_it_is_looked_at(browsed) -> None:
    async with browsing(browsed, "results", SMALL) as (app, pilot):
        await pilot.press("G")
        await settled(app, pilot)
        table = rows_of(app, "rows")
        assert table.cursor == table.row_count - 1 == 189
        assert table.row(189) is not None
        assert "…" not in text_of(app).splitlines()[-3].split()[0]


async def test_a_change_is_shown_with_the_picture_of_its_series(browsed) -> None:
    async with browsing(browsed, "changes") as (app, _):
        assert rows_of(app, "rows").row(0)[0] == "regression"
        shown = text_of(app)
        assert "latency_mean" in shown
        assert "point 21" in shown
        assert "worse" in shown


async def test_a_change_is_acknowledged_with_a_reason(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    async with browsing(home, "changes") as (app, pilot):
        await pilot.press("a")
        await settled(app, pilot)
        await pilot.press(*"exact", "enter")
        await settled(app, pilot)
        assert "Recorded" in str(app.screen.query_one("#message", Static).content)
    (event,) = EventLog(home.events).read(CHANGE_ACKNOWLEDGED).to_pylist()
    assert (event["category"], event["reason"]) == ("expected", "exact")


async def test_a_change_is_acknowledged_with_another_kind(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    async with browsing(home, "changes") as (app, pilot):
        await pilot.press("a")
        await settled(app, pilot)
        await pilot.press("tab", "down", "enter")
        assert isinstance(app.screen, Acknowledge)  # which wants a reason
        await pilot.press("shift+tab", *"known", "tab", "enter")
        await settled(app, pilot)
    (event,) = EventLog(home.events).read(CHANGE_ACKNOWLEDGED).to_pylist()
    assert (event["category"], event["reason"]) == ("fixed", "known")


async def test_a_dialog_without_a_line_for_its_list_hears_all_keys(browsed) -> None:
    async with browsing(browsed, "changes", (20, 3)) as (app, pilot):
        await pilot.press("a")
        await settled(app, pilot)
        await pilot.press("tab", "pageup", "pagedown", "end", "pageup", "home", "up", "escape")
        await settled(app, pilot)
        assert app.screen.NAME == "changes"


async def test_leaving_says_nothing_of_a_change(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    async with browsing(home, "changes") as (app, pilot):
        await pilot.press("a", "escape")
        await settled(app, pilot)
        assert app.focused is rows_of(app, "rows")
    assert not home.events.exists()


async def test_a_statement_is_answered_as_a_table(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        app.screen.query_one("#statement", TextArea).text = "select 41 + 1 as answer"
        await pilot.press("f5")
        await settled(app, pilot)
        table = rows_of(app, "answer")
        assert (list(table.columns), table.row(0)) == (["answer"], (42,))


async def test_a_statement_that_writes_is_refused_and_the_answer_before_stays(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        statement = app.screen.query_one("#statement", TextArea)
        statement.text = "select 1 as one"
        await pilot.press("f5")
        await settled(app, pilot)
        statement.text = "drop table events"
        await pilot.press("f5")
        await settled(app, pilot)
        assert "error:" in str(app.screen.query_one("#refused", Static).content)
        assert rows_of(app, "answer").row(0) == (1,)


async def test_ten_thousand_columns_are_an_answer_like_any_other(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        columns = ",".join(f"1 c{number}" for number in range(10_000))
        app.screen.query_one("#statement", TextArea).text = f"select {columns}"
        await pilot.press("f5")
        await settled(app, pilot)
        assert len(rows_of(app, "answer").columns) == 10_000
        assert "c0" in text_of(app)


async def test_a_line_costs_what_is_in_sight_of_it(browsed) -> None:
    """Held against a line of ten columns, which fit."""
    async with browsing(browsed, "sql") as (app, _):
        table = rows_of(app, "answer")
        seconds = {}
        for count in (10, 10_000):
            row = list(range(count))
            table.show([f"c{number}" for number in row], 1, lambda _first, _count, row=row: [row], [row])
            seconds[count] = min(timeit.repeat(lambda: table.render_line(1), number=20, repeat=5))
        assert seconds[10_000] < 10 * seconds[10]


@pytest.mark.parametrize("page", list(PAGES))
async def test_without_a_warehouse_the_way_to_one_is_said(tmp_path, page) -> None:
    async with browsing(Home(tmp_path), page) as (app, pilot):
        assert "nothing has been built yet" in text_of(app)
        assert "benchmart build" in text_of(app)
        await pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_a_file_that_is_no_warehouse_is_told(tmp_path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"no database" * 1000)
    async with browsing(Home(tmp_path)) as (app, _):
        assert "cannot be opened" in text_of(app)


async def test_a_file_that_another_program_writes_is_told(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    with held_for_writing(home.warehouse):
        async with browsing(home) as (app, _):
            assert "Close what has it open for writing" in " ".join(text_of(app).split())


@contextmanager
def held_for_writing(file: Path) -> Iterator[None]:
    """Another program has it open."""
    program = (
        f"import duckdb, sys; held = duckdb.connect({str(file)!r}); print(1, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        yield
        writer.stdin.close()


async def test_long_and_right_to_left_names_leave_the_columns_beside_them_in_place(browsed) -> None:
    async with browsing(browsed, "sql", SMALL) as (app, pilot):
        app.screen.query_one("#statement", TextArea).text = (
            "select name, 'beside' as b from (values (repeat('long', 500)), ('שלום עולם'), (chr(8238) || 'evil'),"
            " ('模型')) as t (name)"
        )
        await pilot.press("f5")
        await settled(app, pilot)
        lines = [line for line in text_of(app).splitlines() if line.rstrip().endswith("beside")]
        assert len(lines) == 4
        assert {cell_len(line.split("beside")[0]) for line in lines} == {1 + 40 + 2}
        assert chr(8238) not in text_of(app)


async def test_a_warehouse_of_another_version_is_told(tmp_path) -> None:
    import duckdb

    with duckdb.connect(tmp_path / "warehouse.duckdb") as old:
        old.execute("create table series (a integer)")
    async with browsing(Home(tmp_path)) as (app, _):
        assert "another version" in text_of(app)


async def test_a_newer_state_is_said_and_switched_to_on_a_key(browsed, tmp_path) -> None:
    home = Home(tmp_path)
    shutil.copy(browsed.warehouse, home.warehouse)
    async with browsing(home, "results") as (app, pilot):
        await pilot.press("slash", *"net_1", "escape")
        await settled(app, pilot)
        newer = Path(tmp_path) / "newer.duckdb"
        shutil.copy(browsed.warehouse, newer)
        newer.replace(home.warehouse)
        app._look()
        assert "A newer state was built" in str(app.screen.query_one("#message", Static).content)
        await pilot.press("n")
        await settled(app, pilot)
        assert not app.screen.query_one("#message", Static).display
        assert app.screen.query_one("#search", Input).value == "net_1"
        assert rows_of(app, "rows").row_count == 50


@pytest.mark.parametrize("page", list(PAGES))
async def test_a_screen_of_twenty_by_five_is_no_error(browsed, page) -> None:
    async with browsing(browsed, page, LARGE) as (app, pilot):
        for size in ((20, 5), (3, 2), SMALL):
            await pilot.resize_terminal(*size)
            await pilot.press("down", "right", "pagedown")
            await settled(app, pilot)
        assert app.return_code is None


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_it_quits(browsed, key) -> None:
    async with browsing(browsed) as (app, pilot):
        await pilot.press(key)
    assert app.return_code == 0
