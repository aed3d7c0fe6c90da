"""Open the served warehouse for reading."""

import os
from pathlib import Path
from tempfile import gettempdir

import duckdb

from benchmart.config import Home
from benchmart.errors import WarehouseMissing
from benchmart.sql_limits import Limits

_SANDBOX = """
    set TimeZone = 'UTC'; set python_enable_replacements = false; set autoinstall_known_extensions = false;
    set autoload_known_extensions = false; set enable_progress_bar = false; set enable_external_access = false;
    set lock_configuration = true
"""
"""No file but the warehouse can be read or written, no variable of a program, and no statement can lift that.

DuckDB draws a bar of progress into the output of notebooks and of `python -c`, among what is printed there.
"""


def open_warehouse(home: Home, limits: Limits | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the served file, in UTC. It keeps the state of this moment until it is closed.

    With `limits`, what does not fit into memory goes to the system's temporary folder: the warehouse's own may not be
    writable.

    Raises WarehouseMissing when nothing has been built.
    """
    if not home.warehouse.is_file():
        raise WarehouseMissing(
            "nothing has been built yet", where=str(home.warehouse), hint="Run `benchmart build`"
        )
    try:
        connection = duckdb.connect(home.warehouse, read_only=True)
        if limits:
            spill = str(Path(gettempdir()) / f"benchmart-sql-{os.getpid()}").replace("'", "''")
            connection.execute(f"{limits.settings()}; set temp_directory = '{spill}'")
        connection.execute(_SANDBOX)
    except duckdb.Error as error:
        raise WarehouseMissing(
            f"cannot be opened: {error}",
            where=str(home.warehouse),
            hint="Close what has it open for writing"
            if is_lock_conflict(error)
            else "Run `benchmart build --full`",
        ) from error
    return connection


def is_lock_conflict(error: duckdb.Error) -> bool:
    """Whether DuckDB refused because another process holds the file."""
    return "could not set lock" in str(error).lower()
