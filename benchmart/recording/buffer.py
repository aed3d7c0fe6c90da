"""Events that wait to be appended: fitted to the log's columns when they arrive, so that none fails later."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from benchmart.errors import EventError, LogError
from benchmart.event_log.events import Event, ResultRecorded
from benchmart.event_log.files import new_batch_id
from benchmart.event_log.kind import Kind
from benchmart.event_log.log import EventLog
from benchmart.event_log.tables import to_table

_LOOSE_TABLES = 64
"""A table of one row takes some 40 kB, most of it for being a table: so many are put together at once."""


class Buffer:
    """Tables that wait, by kind. Not safe by itself: whoever has it holds a lock."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, event: Event) -> None:
        """Raises EventError, and keeps nothing, when the event does not fit its kind."""
        waiting = self._waiting.get(event.kind.name) or _Waiting(event.kind)
        waiting.add(event)
        self._waiting[event.kind.name] = waiting

    def flush(self, log: EventLog) -> None:
        """Append one batch a kind. What cannot be appended stays; raises LogError."""
        for name, waiting in list(self._waiting.items()):
            log.append_table(waiting.kind, waiting.table())
            del self._waiting[name]

    def save(self, log: EventLog, error: LogError) -> LogError:
        """Write what waits to a log of its own in the temporary folder; the error that tells where it is."""
        count = len(self)
        folder = Path(tempfile.gettempdir(), f"benchmart-kept-{new_batch_id()}")
        with suppress(OSError, LogError):
            self.flush(EventLog(folder))
        what, lost = error.what, len(self)
        if lost:
            what = f"{what}; {lost} of {count} events are stored nowhere yet"
        if lost == count:
            shutil.rmtree(folder, ignore_errors=True)
            return LogError(what, where=error.where, hint=error.hint)
        hint = f"{count - lost} events were kept in {folder}: copy the folders in it into {log.root} later"
        return LogError(what, where=error.where, hint=hint)


class _Waiting:
    """Rows of one kind; never none of them once it is in the buffer."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._required = [field.name for field in kind.submitted if not field.nullable]
        self._packed: list[pa.Table] = []
        self._loose: list[pa.Table] = []

    def __len__(self) -> int:
        return sum(map(len, self._packed)) + len(self._loose)

    def add(self, event: Event) -> None:
        """Raises EventError."""
        self._loose.append(self._fitted(event))
        if len(self._loose) >= _LOOSE_TABLES:
            self._packed.append(pa.concat_tables(self._loose).combine_chunks())
            self._loose = []

    def table(self) -> pa.Table:
        """All of them, in order."""
        return pa.concat_tables([*self._packed, *self._loose]).combine_chunks()

    def _fitted(self, event: Event) -> pa.Table:
        try:
            empty = [name for name in self._required if getattr(event, name) is None]
            empty += _empty_of_metrics(event)
            if empty:
                raise EventError(f"{', '.join(empty)} must not be empty", where=self.kind.name)
            return to_table([event])
        except (AttributeError, TypeError, ValueError) as error:
            raise EventError(f"{type(error).__name__}: {error}", where=self.kind.name) from error


def _empty_of_metrics(event: Event) -> list[str]:
    metrics = event.metrics if isinstance(event, ResultRecorded) else ()
    names = ("name", "unit", "value")
    return [name for name in names if any(getattr(metric, name) is None for metric in metrics)]
