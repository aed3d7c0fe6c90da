"""Where a table or a chart is written to: the ending of the file tells the format."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
from textual import on, work
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from benchmart.errors import BenchmartError, UsageError
from interfaces.cli.output import BINARY_FORMATS, chosen_format, whole_file, write_batches, write_text
from tui.contents.typed import path_of
from tui.screens.dialog import Dialog
from tui.widgets.lazy_table import LazyTable

_CHUNK = 50_000
"""Rows that are in memory at once."""


class ExportDialog(Dialog[None]):
    """Asked over the screen; enter writes, escape leaves."""

    def __init__(self, name: str, table: LazyTable | None, picture: str | None) -> None:
        """A table, a chart, or both."""
        super().__init__()
        self._name, self._table, self._picture = name, table, picture

    def compose(self) -> ComposeResult:
        """The name of the file, and what can be written."""
        rows = self._table.row_count if self._table is not None else 0
        endings = ".csv .json .parquet .md" if self._table is not None else ""
        chart = ".svg for the chart" if self._picture else ""
        with Vertical(classes="dialog"):
            yield Static(
                f"Export {rows:,} rows. Endings: {', '.join(filter(None, (endings, chart)))}", markup=False
            )
            yield Input(f"{self._name}.csv" if self._table is not None else f"{self._name}.svg", id="file")
            yield Static(id="outcome", markup=False)

    @on(Input.Submitted, "#file")
    def _write(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.tell("Writing...")
            self._write_file(self.app, path_of(event.value.strip()))

    @work(thread=True, exclusive=True)
    def _write_file(self, app: App[Any], file: Path) -> None:
        """A dialog that was left meanwhile knows no `app` any more."""
        try:
            told = self._written(file)
        except (BenchmartError, duckdb.Error, OSError) as error:
            app.call_from_thread(self._failed, app, f"error: {error}")
            return
        app.call_from_thread(app.notify, told)
        app.call_from_thread(self.answer)

    def _failed(self, app: App[Any], told: str) -> None:
        """Whoever has left is told all the same."""
        if not self.tell(told):
            app.notify(told, severity="error")

    def _written(self, file: Path) -> str:
        if file.suffix.lower() == ".svg":
            if not self._picture:
                raise UsageError(
                    "there is no chart on this screen", hint="Choose .csv, .json, .parquet or .md"
                )
            with whole_file(file) as path:
                path.write_text(self._picture, encoding="utf-8")
            return f"Chart in {file.absolute()}"
        if self._table is None:
            raise UsageError("there is no table on this screen", hint="Choose .svg")
        form = chosen_format(None, file)
        columns, count = self._table.columns, self._table.row_count
        if form in BINARY_FORMATS:
            _write_arrow(self._table, form, file)
        else:
            write_text(columns, (row for rows in _chunks(self._table) for row in rows), form, file)
        return f"{count:,} rows in {file.absolute()}"


def _chunks(table: LazyTable) -> Iterator[Sequence[Sequence[Any]]]:
    for first in range(0, table.row_count, _CHUNK):
        yield table.read(first, min(_CHUNK, table.row_count - first))


def _write_arrow(table: LazyTable, form: str, file: Path) -> None:
    """A column that is empty at first may have values later, so that types are known at the end."""
    import pyarrow as pa

    parts = [
        pa.table({name: pa.array(_column(rows, at)) for at, name in enumerate(table.columns)})
        for rows in _chunks(table)
    ] or [pa.table({name: pa.array([], pa.string()) for name in table.columns})]
    whole = pa.concat_tables(parts, promote_options="permissive")
    write_batches(whole.schema, whole.to_batches(), form, file)


def _column(rows: Sequence[Sequence[Any]], at: int) -> list[Any]:
    import uuid

    return [str(row[at]) if isinstance(row[at], uuid.UUID) else row[at] for row in rows]
