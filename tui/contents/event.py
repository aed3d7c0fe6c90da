"""One event as it is in the log: all its fields, where it came from, and what stands there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from benchmart.errors import LogCorrupted, UsageError
from benchmart.event_log.files import LogFile
from benchmart.queries.rows import fetch
from tui.contents.content import Content, Section

if TYPE_CHECKING:
    import pyarrow as pa

_HINT = "Run `benchmart log verify`, which lists every damaged file"
_STATES = {
    "unchanged": "as it was when it was read",
    "changed": "CHANGED since it was read",
    "not here": "not on this machine",
}


def event(connection: duckdb.DuckDBPyConnection, events: Path, event_id: str) -> Content:
    """Its fields, where it came from, and what it led to. Raises UsageError where the log has no such event."""
    log_file = _log_file(connection, event_id)
    file = LogFile(*(part.split("=")[-1] for part in log_file.split("/")))
    if not file.below(events).exists():
        raise UsageError(
            f"{log_file} is not here", hint=f"The log of this warehouse is looked for in {events}"
        )
    raw = _raw(events, file, event_id)
    filled = {name: value for name, value in raw.items() if value is not None}
    left = ", ".join(name for name, value in raw.items() if value is None)
    fields = [(name, _told(value)) for name, value in filled.items()]
    rows = [*fields, *([("(empty)", left)] if left else [])]
    return Content(
        "matrix",
        [
            Section("origin", "Where it came from", ("field", "value"), _origin(raw, log_file)),
            Section("fields", "The event", ("field", "value"), rows),
            Section("leads", "Where it leads", ("link",), _leads(connection, event_id), empty="nowhere"),
        ],
    )


def rows_of_event(content: Content) -> Content:
    """Where it came from and its fields as one table."""
    origin, fields = content.section("origin"), content.section("fields")
    return Content("matrix", [replace(fields, rows=[*origin.rows, *fields.rows])])


def _log_file(connection: duckdb.DuckDBPyConnection, event_id: str) -> str:
    found = fetch(connection, _LOG_FILE, {"event": event_id}).rows
    if not found:
        raise UsageError(
            f"no event {event_id!r}", hint="Ids are those that `benchmart show results --json` has"
        )
    return str(found[0][0])


def _raw(events: Path, file: LogFile, event_id: str) -> dict[str, Any]:
    """Its columns as the file has them; of the others only the ids are read to find it.

    Without what has Arrow load pandas, 40 MiB of it: scalars made of Python's values, and moments in a time zone.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, wanted = file.below(events), event_id.replace("-", "").lower()
    try:
        with pq.ParquetFile(path) as parquet:
            for group in range(parquet.num_row_groups):
                ids = parquet.read_row_group(group, columns=["event_id"]).column(0).to_pylist()
                if wanted in ids:
                    return _values(parquet.read_row_group(group).slice(ids.index(wanted), 1))
    except (pa.ArrowException, OSError) as error:
        raise LogCorrupted(f"cannot be read: {error}", where=str(path), hint=_HINT) from error
    raise UsageError(f"no event {event_id!r} in {file.relative}", hint=_HINT)


def _values(row: "pa.Table") -> dict[str, Any]:
    """Of the only row. Moments of the log are in UTC."""
    import pyarrow as pa

    moments = [each.name for each in row.schema if pa.types.is_timestamp(each.type) and each.type.tz]
    plain = [pa.field(each.name, pa.timestamp("us")) if each.name in moments else each for each in row.schema]
    values: dict[str, Any] = row.cast(pa.schema(plain)).to_pylist()[0]
    return values | {name: values[name] and values[name].replace(tzinfo=UTC) for name in moments}


def _told(value: Any) -> str:
    """As JSON where it is more than a word."""
    import json

    if isinstance(value, list | dict):
        pairs = value and isinstance(value, list) and all(isinstance(each, tuple) for each in value)
        return json.dumps(dict(value) if pairs else value, ensure_ascii=False, default=str)
    return str(value)


def _origin(raw: Mapping[str, Any], log_file: str) -> list[tuple[str, str]]:
    from collectors.importing.origin import excerpt, reproducing_command

    attributes = raw.get("attributes")
    as_map = {**raw, "attributes": dict(attributes) if attributes else {}}
    place = " ".join(filter(None, (raw["source_uri"] or "no file", raw["source_locator"])))
    seen = excerpt(raw["source_uri"], raw["source_digest"], raw["source_locator"])
    command = reproducing_command(as_map)
    rows = [
        ("source", place),
        ("source line", seen and seen.text),
        ("its header", seen and seen.header),
        ("source now", seen and _STATES[seen.state]),
        ("log", log_file),
        ("made again by", command),
    ]
    return [(what, text) for what, text in rows if text]


def _leads(connection: duckdb.DuckDBPyConnection, event_id: str) -> list[tuple[str]]:
    """Places of the browser that rest on it."""
    sql = "select compatibility_id from fct_results where event_id = try_cast($event as uuid)"
    return [(f"matrix/cell/{cell}",) for (cell,) in fetch(connection, sql, {"event": event_id}).rows if cell]


_LOG_FILE = """
    with batches as (
        select batch_id, 1 as place from intermediate.int_results_identified where event_id = try_cast($event as uuid)
        union all
        select batch_id, 2 from quarantined_documents where event_id = try_cast($event as uuid)
        union all
        select batch_id, 3 from compatibility_history where event_id = try_cast($event as uuid)
    )
    select log_file from batches inner join event_batches
        on split_part(parse_filename(log_file), '-', 1) = batches.batch_id
    order by place limit 1
"""
