"""From a family down to the line of a source, and back."""

from dataclasses import replace

import pytest
from browsing import LARGE, MODELS, SMALL, browsing, rows_of, settled, text_of
from textual.widgets import Input, Static

from benchmart.config import Home
from tui.widgets.grid import Grid
from tui.widgets.lazy_table import LazyTable
from tui.words import cell

pytestmark = pytest.mark.anyio


def grid_of(app) -> Grid:
    return app.screen.query_one("#rows", Grid)


def said(app, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).content)


async def test_families_are_lines_and_devices_are_columns(browsed) -> None:
    async with browsing(browsed, "matrix", SMALL) as (app, _):
        grid = grid_of(app)
        assert list(grid.columns) == ["family", "rtx-4090"]
        assert (grid.row_count, grid.row(0)) == (1, ("vision", f"ok {MODELS + 1}/{MODELS + 1}"))
        assert said(app, "found") == "1 families by most results, down"


async def test_enter_goes_down_to_the_line_of_the_source_and_escape_comes_back(browsed) -> None:
    async with browsing(browsed, "matrix") as (app, pilot):
        places = []
        for _ in range(4):
            await pilot.press("enter")
            await settled(app, pilot)
            places.append(app.screen.place.path)
        assert [place.partition("/")[0] for place in places] == ["family", "model", "cell", "event"]
        assert places[:2] == ["family/vision", "model/resnet50"]
        fields = dict(rows_of(app, "rows").row(number) for number in range(rows_of(app, "rows").row_count))
        assert (fields["kind"], fields["subject"]) == ("result_recorded", "resnet50")
        assert fields["source"] == "no file line 39"
        for place in [*reversed(places[:-1]), ""]:
            await pilot.press("escape")
            await settled(app, pilot)
            assert app.screen.place.path == place


async def test_the_cursor_comes_back_to_the_cell_it_left(browsed) -> None:
    async with browsing(browsed, "matrix/family/vision") as (app, pilot):
        await pilot.press("down", "down", "right", "enter")
        await settled(app, pilot)
        assert app.screen.place.path == "model/net_001"
        assert app.screen.query_one("#search", Input).value == 'device="rtx-4090"'
        await pilot.press("backspace")
        await settled(app, pilot)
        assert (grid_of(app).cursor, grid_of(app).column) == (2, 1)
        assert said(app, "about") == "net_001 on rtx-4090 (column 1 of 1): ok 1"


async def test_lines_are_filtered_by_words_and_by_the_values_of_a_cell(browsed) -> None:
    async with browsing(browsed, "matrix/family/vision") as (app, pilot):
        await pilot.press("slash", *"net_14", "enter")
        await settled(app, pilot)
        assert grid_of(app).row_count == 10
        await pilot.press("m")
        await settled(app, pilot)
        assert app.screen.query_one("#search", Input).value == "net_14 mode=inference"
        assert grid_of(app).row_count == 10
        await pilot.press("m", "p")
        await settled(app, pilot)
        assert app.screen.query_one("#search", Input).value == "net_14 precision=fp32"


async def test_a_model_has_its_fastest_result_first(known) -> None:
    async with browsing(known, "matrix/model/resnet50") as (app, _):
        rows = rows_of(app, "rows")
        at = [
            list(rows.columns).index(name) for name in ("device", "precision", "items/s", "status", "basis")
        ]
        told = [tuple(rows.row(number)[each] for each in at) for number in range(rows.row_count)]
        assert told == [
            ("rtx-4090", "fp32", 800.0, "verified", "measured"),
            ("rtx-4090", "fp16", 500.0, "untested", "estimated"),
            ("rtx-3090", "fp32", 400.0, "partial", "measured"),
            ("rtx-4090", "bf16", None, "failed", "measured"),
        ]
        assert said(app, "about").startswith("resnet50   model ResNet-50   family vision")


async def test_a_cell_says_why_it_failed_and_what_to_try(known) -> None:
    async with browsing(known, "matrix/model/resnet50", SMALL) as (app, pilot):
        await pilot.press("G", "enter")
        await settled(app, pilot)
        about = said(app, "about").splitlines()
        assert about[0] == "resnet50 on rtx-4090, pytorch inference bf16"
        assert about[1] == "failed (measured): 0 of 1 measured results succeeded"
        assert about[2].startswith("out_of_memory. ")
        history = rows_of(app, "history")
        assert history.row(0)[list(history.columns).index("status")] == "failed"
        history.focus()
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path.startswith("event/")
        assert app.focused is rows_of(app, "rows")


async def test_a_grid_tells_failed_partial_and_estimated_cells_by_words(known) -> None:
    async with browsing(known, "matrix/family/vision") as (app, pilot):
        assert list(grid_of(app).columns) == ["model", "rtx-4090", "rtx-3090"]
        assert grid_of(app).row(0) == ("resnet50", "partial 1/2", "partial 1/2")
        await pilot.press("slash", *"precision=fp16", "enter")
        await settled(app, pilot)
        assert grid_of(app).row(0) == ("resnet50", "estimated")


async def test_a_model_that_fails_in_one_precision_is_one_model_that_is_not_verified(known) -> None:
    async with browsing(known, "matrix") as (app, _):
        grid = grid_of(app)
        lines = {
            row[0]: dict(zip(grid.columns, row, strict=True)) for row in map(grid.row, range(grid.row_count))
        }
        assert lines["vision"] == {"family": "vision", "rtx-4090": "partial 0/2", "rtx-3090": "partial 0/1"}


async def test_the_line_of_the_source_is_shown_and_whether_it_changed(known) -> None:
    async with browsing(known, "results") as (app, pilot):
        await pilot.press("slash", *"device=rtx-3090", "space", *"status=ok")
        await settled(app, pilot)
        await pilot.press("enter", "enter")
        await settled(app, pilot)
        assert app.screen.NAME == "matrix"
        assert "line 2 (as it was when it was read)" in said(app, "about")
        assert said(app, "about").splitlines()[-1] == "resnet50,400"
        await pilot.press("c")
        await settled(app, pilot)
        assert said(app, "about").splitlines()[0] == "resnet50 on rtx-3090, pytorch inference fp32"


async def test_an_unknown_place_is_told(browsed) -> None:
    for place, told in {
        "matrix/nowhere/x": "no place 'nowhere/x' in the matrix",
        "matrix/model/none": "no model 'none'",
        "matrix/cell/none": "no cell 'none'",
        "matrix/event/none": "no event 'none'",
    }.items():
        async with browsing(browsed, place) as (app, _):
            assert told in said(app, "message")


async def test_columns_are_counted_and_ordered_as_in_any_listing(browsed) -> None:
    async with browsing(browsed, "matrix/family/vision") as (app, pilot):
        await pilot.press("s")
        await settled(app, pilot)
        assert said(app, "found") == f"{MODELS + 1} models by model, up"
        assert grid_of(app).row(0)[0] == "net_000"
        await pilot.press("b", "s", "s", "enter")
        await settled(app, pilot)
        assert tuple(grid_of(app).row(0)[:2]) == ("verified", MODELS + 1)
        assert not grid_of(app).by_cell


def test_what_strangers_wrote_does_not_steer_the_terminal() -> None:
    assert cell("subject", "a\x1b[31m\u202eb\n[bold]c") == "a [31m b [bold]c"


async def test_letters_in_the_command_palette_lead_to_a_model(browsed) -> None:
    async with browsing(browsed, "overview") as (app, pilot):
        await pilot.press("ctrl+p", *"net_077")
        await pilot.pause(0.5)
        await settled(app, pilot)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.link == "matrix/model/net_077"


@pytest.mark.parametrize("place", ["matrix", "matrix/family/vision", "matrix/model/resnet50"])
async def test_a_screen_of_twenty_by_five_is_no_error(known, place) -> None:
    async with browsing(known, place, LARGE) as (app, pilot):
        for size in ((20, 5), (3, 2), SMALL):
            await pilot.resize_terminal(*size)
            await pilot.press("down", "right", "right", "L", "H", "pagedown")
            await settled(app, pilot)
        assert app.return_code is None


async def test_without_a_warehouse_the_way_to_one_is_said(tmp_path) -> None:
    async with browsing(Home(tmp_path), "matrix/model/resnet50") as (app, pilot):
        assert "benchmart build" in text_of(app)
        await pilot.press("enter", "m", "escape", "down")
        assert app.return_code is None


async def test_a_row_is_opened_by_its_own_columns_whatever_is_being_read(browsed) -> None:
    async with browsing(browsed, "matrix") as (app, pilot):
        page, table = app.screen, rows_of(app, "rows")
        was = table.columns
        chosen = LazyTable.Chosen(table, 0, was, table.row(0))
        assert not chosen.is_past
        table.columns = (*was, "another")
        assert chosen.is_past
        assert list(chosen.row) == list(was)
        table.columns = was
        page.place = replace(page.place, path="model/of-which-nothing-is-read")
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path == "model/of-which-nothing-is-read"
        page.place = replace(page.place, path="")
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path.startswith("family/")
