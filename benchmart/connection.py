"""Open the served warehouse for reading."""

from pathlib import Path

import duckdb

from benchmart.config import Home
from benchmart.errors import WarehouseMissing
from benchmart.spill import clear_left_behind, spill_folder
from benchmart.sql_limits import Limits

_SANDBOX = """
    set global TimeZone = 'UTC'; set python_enable_replacements = false; set autoinstall_known_extensions = false;
    set autoload_known_extensions = false; set enable_progress_bar = false; set enable_external_access = false;
    set lock_configuration = true
"""
"""No file but the warehouse can be read or written, no variable of a program, and no statement can lift that.

DuckDB draws a bar of progress into the output of notebooks and of `python -c`, among what is printed there. Connections
of one process to one file share all of this, so the second of them finds it set and locked.
"""


_inodes: dict[Path, int] = {}
"""Of each file that was opened first by this process, the file that it was then: builds put another in its place."""


def open_warehouse(home: Home, limits: Limits | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the served file, in UTC. It keeps the state of this moment until it is closed.

    With `limits`, what does not fit into memory goes to the system's temporary folder: the warehouse's own may not be
    writable.

    Raises WarehouseMissing when nothing has been built, or when it was built anew while this process has the older
    state open.
    """
    if not home.warehouse.is_file():
        raise WarehouseMissing(
            "nothing has been built yet", where=str(home.warehouse), hint="Run `benchmart build`"
        )
    try:
        connection = duckdb.connect(home.warehouse, read_only=True)
        if not limits and _is_sandboxed(connection):
            _check_current(home)
            return connection
        if limits:
            clear_left_behind()
            spill = str(spill_folder()).replace("'", "''")
            connection.execute(f"{limits.settings()}; set temp_directory = '{spill}'")
        connection.execute(_SANDBOX)
        _inodes[home.warehouse.resolve()] = home.warehouse.stat().st_ino
    except duckdb.Error as error:
        raise WarehouseMissing(
            f"cannot be opened: {error}",
            where=str(home.warehouse),
            hint="Close what has it open for writing"
            if is_lock_conflict(error)
            else "Run `benchmart build --full`",
        ) from error
    return connection


def _is_sandboxed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether an open connection of this process has set up the file already."""
    row = connection.execute("select current_setting('lock_configuration')").fetchone()
    return row is not None and bool(row[0])


def _check_current(home: Home) -> None:
    """DuckDB gives one process one state of a file: that of its oldest open connection, whatever was built since."""
    if _inodes.get(home.warehouse.resolve()) != home.warehouse.stat().st_ino:
        raise WarehouseMissing(
            "was built anew while this program has its older state open",
            where=str(home.warehouse),
            hint="Close the connections that are open, or start again",
        )


def is_lock_conflict(error: duckdb.Error) -> bool:
    """Whether DuckDB refused because another process holds the file."""
    return "could not set lock" in str(error).lower()
