"""What came in: runs, files of the log, imported files. Imports, builds and verifies, while all can be looked at."""

from collections.abc import Mapping
from typing import Any, ClassVar

import duckdb
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.child import Outcome, run_benchmart
from tui.contents.content import Content
from tui.contents.listing import Listing
from tui.contents.log import about, level_of, listing_of, told
from tui.screens.places_page import PlacesPage
from tui.widgets.lazy_table import LazyTable

_WIDEST_OF_FILES = 120
"""Names of files of the log begin alike."""
_TURNS = {"": "batches", "batches": "sources", "sources": ""}


class LogPage(PlacesPage):
    """Runs, or files, or the results of one run."""

    NAME = "log"
    EXAMPLE = "words, or column=value: collector=runner failed>0"
    CSS_PATH = "../styles/log.tcss"
    HELP: ClassVar[str | None] = """
# Log
What came in, the newest first: runs; with `t` the files of the event log, and the files that were imported. Enter on a
run has its environment and its results, and there the event.

`i` imports a file or a folder, `u` builds the warehouse from what is new, `c` reads every file of the log and says
whether it is as it was recorded. All of them run beside what you look at.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "turn_to", "Runs/files"),
        Binding("i", "import", "Import"),
        Binding("u", "build", "Build"),
        Binding("c", "verify", "Check"),
        Binding("escape", "leave", "Back", show=False),
    ]

    _runs = ""
    """The command that runs beside the screen."""

    def above(self) -> ComposeResult:
        """The log, or the run."""
        yield Static(id="about", markup=False)

    def listing(self) -> Listing:
        """Of this place."""
        return listing_of(self.place.path)

    def check_path(self, path: str) -> None:
        """Runs, one run, batches or sources."""
        level_of(path)

    def set_out(self, path: str) -> None:
        """Room for whole names of files."""
        self.query_one("#rows", LazyTable).widest = (
            _WIDEST_OF_FILES if path == "batches" else LazyTable.widest
        )

    def around(self, cursor: duckdb.DuckDBPyConnection, path: str) -> Content:
        """The log, or the run."""
        return Content(self.NAME, [about(cursor, path, self.browser.home.events)])

    def show_around(self, path: str, content: Content) -> None:
        """As lines."""
        del path
        self.query_one("#about", Static).update(told(content.sections[0]))

    def chosen(self, row: Mapping[str, Any]) -> None:
        """A run: its results; a result: its event."""
        if "event_id" in row:
            self.browser.go_link(f"matrix/event/{row['event_id']}")
        elif "run" in row:
            self.browser.go_link(f"log/run/{row['run']}")
        else:
            self.action_view_row()

    def action_turn_to(self) -> None:
        """Runs, files of the log, imported files, in turn."""
        after = _TURNS.get(self.place.path, "")
        self.browser.go_link(f"log/{after}" if after else "log")

    def action_import(self) -> None:
        """Ask what to import."""
        from tui.screens.import_dialog import ImportDialog

        self.app.push_screen(ImportDialog(self.browser.home), self._imported)

    def _imported(self, added: int | None) -> None:
        if added:
            self.say(f"{added:,} events were added: u builds the warehouse from them")
        if self.warehouse is not None:
            self.read_around(self.place.path)

    def action_build(self) -> None:
        """Bring the warehouse up to date, in a process of its own."""
        self._begin(["build"], "Building...")

    def action_verify(self) -> None:
        """Read every file of the log, in a process of its own."""
        self._begin(["log", "verify"], "Reading every file of the log...")

    def _begin(self, arguments: list[str], told: str) -> None:
        """One command at a time."""
        if self._runs:
            self.notify(f"`benchmart {self._runs}` still runs")
            return
        self._runs = " ".join(arguments)
        self.say(told)
        self._run(arguments)

    @work(thread=True, group="command")
    def _run(self, arguments: list[str]) -> None:
        outcome = run_benchmart(
            [*arguments, "--home", str(self.browser.home.root)],
            lambda line: self.app.call_from_thread(self.say, line),
        )
        self.app.call_from_thread(self._ended, arguments, outcome)

    def _ended(self, arguments: list[str], outcome: Outcome) -> None:
        self._runs = ""
        if arguments == ["build"] and not outcome.exit_code:
            self.say("The warehouse is up to date: n shows the newest state")
        else:
            self.say("\n".join([*outcome.output.strip().splitlines()[:3], outcome.told]))
