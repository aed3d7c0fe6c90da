"""What to import: a path, then how far it is and what came of it."""

import asyncio
import json
import subprocess
from collections import Counter
from typing import Any, ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, ProgressBar, Static

from benchmart.config import Home
from tui.child import run_benchmart
from tui.contents.typed import path_of
from tui.screens.dialog import Dialog

_MOST_REASONS = 5


class PathSuggester(Suggester):
    """The first file or folder that begins with what is typed."""

    def __init__(self) -> None:
        """Folders change, so nothing is kept."""
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The rest of a name."""
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """The first path that begins so; a folder has a slash at its end."""
    folder, slash, begun = typed.rpartition("/")
    try:
        names = sorted(path_of(folder + slash or ".").iterdir())
    except OSError:
        return None
    for each in names:
        if each.name.startswith(begun) and (begun or not each.name.startswith(".")):
            return f"{folder}{slash}{each.name}{'/' if each.is_dir() else ''}"
    return None


class ImportDialog(Dialog[int]):
    """Answers with the number of events that were added."""

    CSS: ClassVar[str] = "ImportDialog ProgressBar { display: none; }"

    def __init__(self, home: Home) -> None:
        """Into the log of this home."""
        super().__init__()
        self._home = home
        self._child: subprocess.Popen[str] | None = None
        self._added = 0
        self._is_asked = self._is_stopped = False

    def compose(self) -> ComposeResult:
        """The path, the bar, the outcome."""
        with Vertical(classes="dialog"):
            yield Static("Import a file or a folder; right completes the name", markup=False)
            yield Input(placeholder="results/", suggester=PathSuggester(), id="path")
            yield ProgressBar(id="progress", show_eta=False)
            yield Static(id="outcome", markup=False)

    @on(Input.Submitted, "#path")
    def _start(self, event: Input.Submitted) -> None:
        if event.value.strip() and self._child is None:
            self._is_asked = self._is_stopped = False
            self.query_one("#progress").display = True
            self.tell("Reading... escape stops; what is recorded stays")
            self._import(self.app, str(path_of(event.value.strip())))

    @work(thread=True)
    def _import(self, app: App[Any], path: str) -> None:
        """A dialog that the terminal has no room for any more is closed, and knows no `app`; the import goes on."""
        outcome = run_benchmart(
            ["import", path, "--json", "--progress", "lines", "--home", str(self._home.root)],
            lambda line: app.call_from_thread(self._progressed, line),
            self._started,
        )
        self._child = None
        try:
            report = json.loads(outcome.output)
        except ValueError:
            app.call_from_thread(self._failed, outcome.told or "the import was stopped")
            return
        app.call_from_thread(self._done, report)

    def _started(self, child: "subprocess.Popen[str]") -> None:
        self._child = child

    def _progressed(self, line: str) -> None:
        """Lines are `done/total path`; others are told as they are."""
        counts, _, path = line.partition(" ")
        done, _, total = counts.partition("/")
        if done.isdigit() and total.isdigit() and not self._is_asked and self.tell(path[-60:]):
            self.query_one("#progress", ProgressBar).update(total=int(total), progress=int(done))

    def _failed(self, told: str) -> None:
        self._end(f"Nothing more is read: {told}")

    def _end(self, told: str) -> None:
        """Nothing runs any more; told also where the dialog had to be closed."""
        self.query("#progress").set(display=False)
        if not self.tell(told):
            self.app.notify(told)

    def _done(self, report: dict[str, Any]) -> None:
        self._added += int(report["added"])
        outcomes = Counter(file["outcome"] for file in report["files"])
        reasons = [f"{file['path']}: {file['reason']}" for file in report["files"] if file["reason"]]
        lines = [
            f"{report['added']:,} events added; files: "
            + (", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()) or "none"),
            *reasons[:_MOST_REASONS],
            *(
                [f"and {len(reasons) - _MOST_REASONS:,} more: see quality"]
                if len(reasons) > _MOST_REASONS
                else []
            ),
            "escape closes",
        ]
        self._end("\n".join(lines))

    def action_leave(self) -> None:
        """Ask whether to stop what runs, then stop it; leave where nothing does."""
        if self._child is None:
            self.answer(self._added)
        elif not self._is_asked:
            self._is_asked = True
            self.tell("Still reading: escape again stops, what is recorded stays")
        elif not self._is_stopped:
            self._is_stopped = True
            self._child.terminate()
            self.tell("Stopping; what is recorded stays")
