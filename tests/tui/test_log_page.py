"""The log: runs and what they recorded, files, and what is done with them: import, build, check."""

import json
import shutil
import signal
import subprocess
import threading

import pytest
from browsing import MODELS, SMALL, browsing, rows_of, settled, text_of
from click.testing import CliRunner
from textual.widgets import Input, Static

from benchmart.config import Home
from benchmart.event_log.files import list_files
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from interfaces.cli.main import cli
from tui.child import run_benchmart
from tui.screens.import_dialog import PathSuggester
from tui.widgets.lazy_table import LazyTable

pytestmark = pytest.mark.anyio

_RESULTS = MODELS + 40
_MANY = 1000
_BUILT = ("The warehouse is up to date: n shows the newest state", "A newer state was built: n shows it")
"""What the build says, and what whoever looks for newer states says: either may be the last."""
_BENCHMARK = {
    "context": {"date": "2026-11-01T10:00:00+00:00", "host_name": "h", "executable": "./b", "num_cpus": 2,
                "mhz_per_cpu": 2000, "cpu_scaling_enabled": False, "caches": [], "library_build_type": "release"},
    "benchmarks": [{"name": "BM_sort/8", "run_name": "BM_sort/8", "run_type": "iteration", "repetitions": 1,
                    "repetition_index": 0, "threads": 1, "iterations": 100, "real_time": 12.0, "cpu_time": 11.0,
                    "time_unit": "ns"}],
}  # fmt: skip


def said(app) -> str:
    return str(app.screen.query_one("#message", Static).content)


async def test_a_run_leads_to_its_results_and_these_to_events(browsed) -> None:
    async with browsing(browsed, "log") as (app, pilot):
        assert rows_of(app, "rows").row(0)[:4] == ("run-1", "test", _RESULTS, 0)
        assert "1 files of events" in text_of(app)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.place.path == "run/run-1"
        assert f"run-1: {_RESULTS} results, 0 failed, by test" in text_of(app)
        await pilot.press("enter")
        await settled(app, pilot)
        assert (app.screen.NAME, app.screen.place.path.partition("/")[0]) == ("matrix", "event")
        await pilot.press("backspace", "backspace")
        await settled(app, pilot)
        assert app.screen.place.path == ""


async def test_runs_files_and_imports_take_turns(browsed) -> None:
    async with browsing(browsed, "log", SMALL) as (app, pilot):
        await pilot.press("t")
        await settled(app, pilot)
        assert rows_of(app, "rows").row(0)[1] == "result_recorded"
        await pilot.press("t")
        await settled(app, pilot)
        assert "no file was read" in text_of(app)
        await pilot.press("t")
        await settled(app, pilot)
        assert rows_of(app, "rows").row(0)[0] == "run-1"


async def test_a_file_is_imported_built_and_shown(browsed, tmp_path) -> None:
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    (tmp_path / "results.json").write_text(json.dumps(_BENCHMARK))
    async with browsing(home, "log") as (app, pilot):
        await pilot.press("i")
        await pilot.pause()
        app.screen.query_one("#path", Input).value = str(tmp_path / "results.json")
        await pilot.press("enter")
        await settled(app, pilot)
        assert "1 events added; files: 1 taken" in text_of(app)
        await pilot.press("escape")
        await settled(app, pilot)
        assert "u builds" in said(app)
        assert "2 not built yet" in text_of(app)
        await pilot.press("u")
        await settled(app, pilot)
        assert said(app) in _BUILT
        await pilot.press("n")
        await settled(app, pilot)
        assert rows_of(app, "rows").row_count == 2
        assert "not built yet" not in text_of(app)


async def test_what_is_not_there_is_said_where_it_is_typed(browsed, tmp_path) -> None:
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    async with browsing(Home(tmp_path / "home"), "log") as (app, pilot):
        await pilot.press("i", *"/nowhere", "enter")
        await settled(app, pilot)
        assert "Nothing more is read: error: no such file or folder" in text_of(app).replace("\n", " ")
        await pilot.press("escape")
        await settled(app, pilot)
        assert app.screen.NAME == "log"


@pytest.fixture
def halted(monkeypatch) -> list[subprocess.Popen[str]]:
    """An import that is begun stops at its first line of progress, so that a test finds it in the middle."""
    found: list[subprocess.Popen[str]] = []

    def halting(arguments, tell, started):
        children: list[subprocess.Popen[str]] = []

        def told(line: str) -> None:
            if not found:
                children[0].send_signal(signal.SIGSTOP)
                found.append(children[0])
            tell(line)

        def begun(child: subprocess.Popen[str]) -> None:
            children.append(child)
            started(child)

        return run_benchmart(arguments, told, begun)

    monkeypatch.setattr("tui.screens.import_dialog.run_benchmart", halting)
    return found


async def _import(app, pilot, folder, halted) -> None:
    folder.mkdir()
    for number in range(_MANY):
        (folder / f"{number}.json").write_text(json.dumps(_BENCHMARK))
    await pilot.press("i")
    await pilot.pause()
    app.screen.query_one("#path", Input).value = str(folder)
    await pilot.press("enter")
    while not halted:
        await pilot.pause(0.01)


async def test_an_import_is_stopped_when_one_asks_for_it_twice(browsed, tmp_path, halted) -> None:
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    async with browsing(Home(tmp_path / "home"), "log") as (app, pilot):
        await _import(app, pilot, tmp_path / "results", halted)
        await pilot.press("escape")
        assert "escape again stops" in text_of(app)
        await pilot.press("escape")
        halted[0].send_signal(signal.SIGCONT)
        await settled(app, pilot)
        assert "Nothing more is read" in text_of(app)
        log = EventLog(app.home.events)
        assert log.verify().is_sound
        assert log.read(RESULT_RECORDED).num_rows >= _RESULTS
        await pilot.press("escape")
        await settled(app, pilot)
        assert app.screen.NAME == "log"


async def test_an_import_goes_on_where_the_terminal_has_no_room_for_it(browsed, tmp_path, halted) -> None:
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    async with browsing(Home(tmp_path / "home"), "log") as (app, pilot):
        await _import(app, pilot, tmp_path / "results", halted)
        await pilot.resize_terminal(20, 3)
        await settled(app, pilot)
        assert app.screen.NAME == "log"
        halted[0].send_signal(signal.SIGCONT)
        while halted[0].poll() is None:
            await pilot.pause(0.05)
        assert halted[0].returncode == 0
        while not app._notifications:
            await pilot.pause(0.05)
        assert "events added" in next(iter(app._notifications)).message
        assert EventLog(app.home.events).read(RESULT_RECORDED).num_rows > _RESULTS


async def test_one_command_runs_at_a_time(browsed, tmp_path, monkeypatch) -> None:
    may_run = threading.Event()

    def held(*arguments):
        assert may_run.wait(60)
        return run_benchmart(*arguments)

    monkeypatch.setattr("tui.screens.log.run_benchmart", held)
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    async with browsing(Home(tmp_path / "home"), "log") as (app, pilot):
        await pilot.press("c", "u")
        await pilot.pause()
        assert [each.message for each in app._notifications] == ["`benchmart log verify` still runs"]
        may_run.set()
        await settled(app, pilot)
        assert "sound" in said(app)


async def test_the_log_is_checked(browsed, tmp_path) -> None:
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    async with browsing(home, "log") as (app, pilot):
        await pilot.press("c")
        await settled(app, pilot)
        assert "1 files checked, no checkpoint to compare with: sound" in said(app)
        (file,) = list_files(home.events)
        file.below(home.events).write_bytes(b"PAR1 of something else")
        await pilot.press("c")
        await settled(app, pilot)
        assert said(app).startswith(f"altered: {file.relative}")
        assert "DAMAGED" in said(app)


async def test_names_of_files_are_completed(tmp_path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "one.json").touch()
    complete = PathSuggester().get_suggestion
    assert await complete(f"{tmp_path}/re") == f"{tmp_path}/results/"
    assert await complete(f"{tmp_path}/results/") == f"{tmp_path}/results/one.json"
    assert await complete(f"{tmp_path}/none/x") is None


@pytest.mark.parametrize(
    ("path", "section", "column", "value"),
    [
        ("log", "runs", "run", "run-1"),
        ("log/batches", "batches", "kind", "result_recorded"),
        ("log/run/run-1", "results", "status", "ok"),
    ],
)
def test_the_log_without_a_screen(browsed, path, section, column, value) -> None:
    shown = CliRunner().invoke(cli, ["show", path, "--json", "--home", str(browsed.root)])
    assert json.loads(shown.stdout)[section]["rows"][0][column] == value


async def test_files_of_the_log_have_their_whole_names(browsed) -> None:
    async with browsing(browsed, "log/batches") as (app, _):
        file = rows_of(app, "rows").row(0)[-1]
        assert len(file) > LazyTable.widest
        assert file in text_of(app)


@pytest.mark.parametrize(
    ("path", "says"), [("run/none", "no run 'none'"), ("elsewhere", "no place 'elsewhere'")]
)
async def test_a_place_that_is_none_is_said(browsed, path, says) -> None:
    async with browsing(browsed, f"log/{path}") as (app, _):
        assert says in said(app)
