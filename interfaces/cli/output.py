"""Where a command's rows go: in which form, to stdout or to a file that appears only when it is whole."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import pyarrow as pa

_Item = TypeVar("_Item")
_SIGNS = re.compile(r"[\\|`*<>\[\]]|(?<!\w)_|_(?!\w)")
"""Signs that mean something in Markdown; an underscore does only at the edge of a word."""

TEXT_FORMATS = ("table", "csv", "json", "markdown")
BINARY_FORMATS = ("parquet", "arrow")
_BY_SUFFIX = {
    ".csv": "csv",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".txt": "table",
}


def chosen_format(form: str | None, output: Path | None, *, as_json: bool = False) -> str:
    """The form asked for, else the one that the file's name means, else a table.

    Raises UsageError for a file whose name means none, and for what a terminal cannot show.
    """
    from benchmart.errors import UsageError

    if as_json:
        return "json"
    if form is None and output is not None:
        form = _BY_SUFFIX.get(output.suffix.lower())
        if form is None:
            known = ", ".join(_BY_SUFFIX)
            raise UsageError(
                f"{output.name} does not tell the format",
                hint=f"Give --format, or one of the endings {known}",
            )
    if form in BINARY_FORMATS and output is None and sys.stdout.isatty():
        raise UsageError(f"{form} is not for a terminal", hint="Give --output FILE, or send stdout to a file")
    return form or "table"


def write_text(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str, output: Path | None) -> None:
    """Rows as text; they are written while they come, but for a table, which needs all to be aligned."""
    # What fails at once fails before anything is written.
    rows = _begun(rows)
    if output is None:
        _TEXT_WRITERS[form](sys.stdout, columns, rows)
        return
    with whole_file(output) as path, path.open("w", encoding="utf-8", newline="") as stream:
        _TEXT_WRITERS[form](stream, columns, rows)


def write_batches(
    schema: "pa.Schema", batches: "Iterable[pa.RecordBatch]", form: str, output: Path | None
) -> int:
    """Record batches as Parquet or Arrow; returns the number of rows. To stdout, Arrow goes as a stream."""
    from benchmart.errors import UsageError

    batches = _begun(batches)
    try:
        if output is None:
            import pyarrow as pa

            with pa.PythonFile(sys.stdout.buffer, mode="w") as sink:
                return _write_binary(sink, schema, batches, form, is_seekable=False)
        with whole_file(output) as path, path.open("wb") as sink:
            return _write_binary(sink, schema, batches, form, is_seekable=True)
    except NotImplementedError as error:
        raise UsageError(
            f"{form} does not have one of the columns' types: {error}", hint="Cast it, such as to varchar"
        ) from error


def _write_binary(
    sink: Any, schema: "pa.Schema", batches: "Iterable[pa.RecordBatch]", form: str, *, is_seekable: bool
) -> int:
    import pyarrow as pa

    if form == "parquet":
        from pyarrow import parquet

        writer = parquet.ParquetWriter(sink, schema, compression="zstd")
    else:
        writer = pa.ipc.new_file(sink, schema) if is_seekable else pa.ipc.new_stream(sink, schema)
    count = 0
    with writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _begun(items: Iterable[_Item]) -> Iterator[_Item]:
    """The same items, the first of them fetched already."""
    iterator = iter(items)
    return chain(list(_first(iterator)), iterator)


def _first(iterator: Iterator[_Item]) -> Iterator[_Item]:
    for item in iterator:
        yield item
        return


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write to, that takes the place of `path` when all went well, and is gone when not.

    Raises UsageError when the folder cannot be written to.
    """
    from benchmart.errors import UsageError

    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {os.strerror(error.errno or 0)}",
            where=str(path),
            hint="Choose another --output",
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _write_table(stream: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from interfaces.cli.tables import print_table, shown

    known = list(rows)
    numeric = [name for place, name in enumerate(columns) if any(_is_number(row[place]) for row in known)]
    print_table(columns, (list(map(shown, row)) for row in known), numeric, stream)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _write_csv(stream: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from interfaces.cli.tables import print_csv

    print_csv(columns, rows, stream)


def _write_json(stream: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A list of objects, as `print_json` prints one."""
    import json

    from interfaces.cli.tables import plain

    separator = "[\n"
    for row in rows:
        text = json.dumps(plain(dict(zip(columns, row, strict=True))), indent=2, allow_nan=False)
        stream.write(separator + "\n".join(f"  {line}" for line in text.splitlines()))
        separator = ",\n"
    stream.write("[]\n" if separator == "[\n" else "\n]\n")


def _write_markdown(stream: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table of GitHub's Markdown, with numbers to the right."""
    from interfaces.cli.tables import shown

    known = list(rows)
    rules = [
        "--:" if any(_is_number(row[place]) for row in known) else "---" for place in range(len(columns))
    ]
    for cells in (columns, rules, *(map(shown, row) for row in known)):
        line = " | ".join(_in_markdown(cell) if cells is not rules else cell for cell in cells)
        stream.write(f"| {line} |\n")


def _in_markdown(text: str) -> str:
    """The text as a cell shows it: no sign in it ends the cell or means anything."""
    return " ".join(_SIGNS.sub(r"\\\g<0>", text).split())


_TEXT_WRITERS: dict[str, Callable[[IO[str], Sequence[str], Iterable[Sequence[Any]]], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "json": _write_json,
    "markdown": _write_markdown,
}


def announce(count: int, output: Path) -> None:
    """Say on stderr what was written."""
    click.echo(f"{count:,} row{'' if count == 1 else 's'} in {output}", err=True)
