"""SQL functions through which dbt models see the event log. They exist on the build's connection only.

benchmart_log_files()        a list with a struct for every batch file, and one without a name for every kind
benchmart_checked_path(f)    the path of batch file `f`, after its bytes were found to be those its name promises
"""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb.sqltypes import DATE, VARCHAR

from benchmart.config import Home
from benchmart.event_log.files import LogFile, list_files
from benchmart.event_log.kind import ENVELOPE, Kind
from benchmart.event_log.read import read_file
from benchmart.event_log.schemas import KINDS
from benchmart.event_log.verify import check_file

_VERSION_ONLY = pa.schema([ENVELOPE.field("schema_version")])
_LISTING = {"log_file": VARCHAR, "log_path": VARCHAR, "kind": VARCHAR, "recorded_date": DATE}


def register_log_functions(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make the functions known to `connection` and all its cursors."""

    def log_files() -> list[dict[str, Any]]:
        return _empty_files(home) + [_listed(home, file) for file in list_files(home.events)]

    def checked_path(log_file: str) -> str:
        file = _parsed(log_file)
        check_file(home.events, file)
        # Refuses what a newer benchmart wrote.
        read_file(home.events, file, _VERSION_ONLY)
        return str(file.below(home.events))

    listing = duckdb.list_type(duckdb.struct_type(_LISTING))
    connection.create_function("benchmart_log_files", log_files, [], listing, side_effects=True)
    connection.create_function("benchmart_checked_path", checked_path, [VARCHAR], VARCHAR, side_effects=True)


def _listed(home: Home, file: LogFile) -> dict[str, Any]:
    return {
        "log_file": file.relative,
        "log_path": str(file.below(home.events)),
        "kind": file.kind,
        "recorded_date": _date(file.date),
    }


def _date(text: str) -> date | None:
    """None for a folder that somebody named otherwise: its files are read all the same."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _parsed(relative: str) -> LogFile:
    kind, day, name = relative.split("/")
    return LogFile(kind.removeprefix("kind="), day.removeprefix("date="), name)


def _empty_files(home: Home) -> list[dict[str, Any]]:
    """A file without rows for every kind, so that there is always something to read the columns from."""
    return [
        {"log_file": None, "log_path": str(_empty_file(home, kind)), "kind": kind.name, "recorded_date": None}
        for kind in KINDS.values()
    ]


def _empty_file(home: Home, kind: Kind) -> Path:
    path = home.workshop / "schemas" / f"{kind.name}-{kind.version}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        pq.write_table(kind.stored.empty_table(), temporary, store_schema=False)
        temporary.replace(path)
    return path
