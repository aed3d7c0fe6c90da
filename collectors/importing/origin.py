"""From an event back to its source: the line or value it was read from, and the command that makes it again."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from collectors.importing.compressed import TooLarge, decompressed

_LARGEST_BYTES = 2**28
_LONGEST_TEXT = 400
_LINE = re.compile(r"^line (\d+)\b")
_ROW = re.compile(r"^row (\d+)\b")
_PARQUET = b"PAR1"
_STEP = re.compile(r"""\.([^.\["]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]""")
_TABLES = (".csv", ".tsv")
_MEASURED_BY = {
    "mode": "--mode",
    "device_kind": "--device",
    "precision": "--precision",
    "batch_size": "--batch-size",
}
"""Column of a result to the option of `benchmart collect` that keeps it."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What stands in the source where an event was read."""

    state: str
    """`unchanged` since, `changed`, or `not here`."""
    text: str | None
    """The line, or the JSON value, cut where it is long; None where the place cannot be shown."""
    header: str | None = None
    """The first line of a table, which names the cells of the others."""


def excerpt(uri: str | None, digest: str | None, locator: str | None) -> Excerpt | None:
    """Look the place up; None for an event that did not come from a file."""
    if not uri or not digest:
        return None
    path = Path(uri)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return Excerpt("not here", None)
        data = decompressed(path.read_bytes(), _LARGEST_BYTES)
    except (OSError, TooLarge, ValueError):
        return Excerpt("not here", None)
    state = "unchanged" if sha256(data).hexdigest() == digest else "changed"
    if data.startswith(_PARQUET):
        match = _ROW.match(locator or "")
        return Excerpt(state, _row(data, int(match[1])) if match else None)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Excerpt(state, None)
    if match := _LINE.match(locator or ""):
        return _line(state, text, int(match[1]), is_table=path.suffix.lower() in _TABLES)
    return Excerpt(state, _value(text, locator) if locator and locator.startswith("$") else None)


def reproducing_command(event: Mapping[str, Any]) -> str | None:
    """The command that makes this event again, or one like it; None when its collector has none."""
    collector = str(event.get("collector") or "")
    attributes = event.get("attributes") or {}
    match collector.partition(":")[0]:
        case "adapter" | "import":
            return _import(
                collector.partition(":")[2], str(event.get("source_uri") or event.get("path") or "")
            )
        case "runner" | "probe":
            return shlex.join(["benchmart", "collect", *_configuration(event)])
        case "command":
            return f"benchmart run -- {attributes['command']}" if "command" in attributes else None
        case "pytest":
            return shlex.join(["pytest", "--benchmark", str(event.get("subject") or "")])
    return None


def _import(adapter: str, path: str) -> str | None:
    from collectors.adapters.registry import ADAPTERS

    own = (
        []
        if not adapter or any(each.name == adapter for each in ADAPTERS)
        else ["--mapping", f"{adapter}.toml"]
    )
    return shlex.join(["benchmart", "import", *own, path]) if path else None


def _configuration(event: Mapping[str, Any]) -> Iterator[str]:
    if event.get("subject"):
        yield from ("--model", str(event["subject"]))
    for column, option in _MEASURED_BY.items():
        if event.get(column) is not None:
            yield from (option, str(event[column]))


def _line(state: str, text: str, number: int, *, is_table: bool) -> Excerpt:
    lines = text.split("\n")
    if not 0 < number <= len(lines):
        return Excerpt(state, None)
    header = _cut(lines[0]) if is_table and number > 1 else None
    return Excerpt(state, _cut(lines[number - 1]), header)


def _row(data: bytes, number: int) -> str | None:
    """A row of a Parquet file as JSON, rows counted from 0."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if number < rows:
                return _cut(
                    json.dumps(file.read_row_group(group).slice(number, 1).to_pylist()[0], default=str)
                )
            number -= rows
    except pa.ArrowException:
        return None
    return None


def _value(text: str, locator: str) -> str | None:
    """The JSON value at a path such as `$.results["a b"].runs[0]`; what follows the path is not part of it."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    place = 1
    while match := _STEP.match(locator, place):
        name, index, quoted = match.groups()
        try:
            value = value[int(index)] if index else value[json.loads(quoted) if quoted else name]
        except (LookupError, TypeError):
            # A name that is followed by words of the adapter's own; the value before it is where to look.
            break
        place = match.end()
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    """What is written by strangers must not steer the terminal it is shown on."""
    text = "".join(character if character.isprintable() else " " for character in text.rstrip("\r"))
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} ... ({len(text):,} characters)"
