"""Open the served warehouse for reading."""

import duckdb

from benchmart.config import Home
from benchmart.errors import WarehouseMissing

_SANDBOX = "set TimeZone = 'UTC'; set enable_external_access = false; set lock_configuration = true"
"""No file but the warehouse can be read or written, and no statement can lift that."""


def open_warehouse(home: Home) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the served file, in UTC. It keeps the state of this moment until it is closed.

    Raises WarehouseMissing when nothing has been built.
    """
    if not home.warehouse.is_file():
        raise WarehouseMissing(
            "nothing has been built yet", where=str(home.warehouse), hint="Run `benchmart build`"
        )
    try:
        connection = duckdb.connect(home.warehouse, read_only=True)
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
