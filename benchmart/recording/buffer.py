"""Events that wait to be appended: fitted to the log's columns when they arrive, so that none fails later."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmart.errors import EventError, LogError
from benchmart.event_log.events import Event, to_table
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import Kind


class Buffer:
    """Tables of one row that wait, by kind. Not safe by itself: whoever has it holds a lock."""

    def __init__(self) -> None:
        self._waiting: dict[Kind, list[pa.Table]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, event: Event) -> None:
        """Raises EventError, and keeps nothing, when the event does not fit its kind."""
        self._waiting.setdefault(event.kind, []).append(_fitted(event))

    def flush(self, log: EventLog) -> None:
        """Append one batch a kind. What cannot be appended stays; raises LogError."""
        for kind, tables in list(self._waiting.items()):
            log.append_table(kind, pa.concat_tables(tables).combine_chunks())
            del self._waiting[kind]

    def save(self, log: EventLog, error: LogError) -> LogError:
        """Write what waits to a log of its own in the temporary folder; the error that tells where it is."""
        count = len(self)
        try:
            folder = Path(tempfile.mkdtemp(prefix="benchmart-kept-"))
            self.flush(EventLog(folder))
        except (OSError, LogError):
            return LogError(f"{error.what}; {count} events are lost", where=error.where, hint=error.hint)
        hint = f"{count} events were kept in {folder}: copy the folders in it into {log.root} later"
        return LogError(error.what, where=error.where, hint=hint)


def _fitted(event: Event) -> pa.Table:
    try:
        table = to_table([event])
    except (AttributeError, TypeError, ValueError) as error:
        raise EventError(f"{type(error).__name__}: {error}", where=event.kind.name) from error
    empty = [
        field.name for field in event.kind.submitted if not field.nullable and table[field.name].null_count
    ]
    if "metrics" in table.column_names:
        flat = pc.list_flatten(table["metrics"].combine_chunks())
        empty += [name for name in ("name", "unit", "value") if pc.struct_field(flat, name).null_count]
    if empty:
        raise EventError(f"{', '.join(empty)} must not be empty", where=event.kind.name)
    return table
