"""Tell on stderr how a run goes on: a bar for people, a line for each result for logs."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmart.event_log.events import ResultRecorded
from collectors.runner.run import Labelled

if TYPE_CHECKING:
    from rich.progress import Progress

    from collectors.runner.run import Observer


@contextmanager
def narrator(total: int) -> Iterator["Observer"]:
    """An observer of a run of `total` configurations; shows a bar when stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Lines(total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Bar(progress, total)


class Lines:
    """One line for each result."""

    def __init__(self, total: int) -> None:
        self._total, self._number, self._started_at, self._label = total, 0, 0.0, ""

    def started(self, configuration: Labelled) -> None:
        """Remember what the result will belong to."""
        self._number, self._started_at, self._label = self._number + 1, time.monotonic(), configuration.label

    def recorded(self, result: ResultRecorded) -> None:
        """Print the line."""
        seconds = time.monotonic() - self._started_at
        print(
            f"[{self._number}/{self._total}] {self._label}: {summary(result)} ({seconds:.1f} s)",
            file=sys.stderr,
        )


class Bar:
    """A bar, and a line above it for each result that is not ok."""

    def __init__(self, progress: "Progress", total: int) -> None:
        self._progress, self._task = progress, progress.add_task("", total=total)
        self._label = ""

    def started(self, configuration: Labelled) -> None:
        """Show what is being tried."""
        self._label = configuration.label
        self._progress.update(self._task, description=self._label)

    def recorded(self, result: ResultRecorded) -> None:
        """Move on by one."""
        if result.status != "ok":
            self._progress.console.print(f"{self._label}: {summary(result)}", markup=False, highlight=False)
        self._progress.advance(self._task)


def summary(result: ResultRecorded) -> str:
    """The outcome in a few words: the latency, or what is wrong."""
    if result.status == "ok":
        milliseconds = next(metric.value for metric in result.metrics if metric.name == "latency_mean") * 1000
        return f"{milliseconds:.3g} ms"
    first_line = (result.error_message or "").partition("\n")[0]
    return f"{result.status}, {result.error_class}: {first_line}"
