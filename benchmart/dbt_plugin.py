"""The dbt-duckdb plugin: readies the build file, lets models read the log, and publishes what has passed.

So a plain `dbt build` does all that `benchmart build` does. Publishing has to wait until dbt has closed its
connections, because DuckDB locks an open file: it happens when the process ends, or when `close_session` is called.
"""

import atexit
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from benchmart.build_session import BuildSession
from benchmart.config import Home, project_folder
from benchmart.errors import BenchmartError
from benchmart.log_functions import register_log_functions
from benchmart.pattern_function import register_pattern_function

_WRITING = frozenset({"build", "run", "seed", "snapshot"})

_session: BuildSession | None = None


class Plugin(BasePlugin):
    """What `profiles.yml` names."""

    def initialize(self, plugin_config: Mapping[str, Any]) -> None:
        """Open the session before dbt opens the file."""
        global _session  # noqa: PLW0603 - dbt makes the plugin; who ends the session has no other way to it
        flags = get_flags()  # type: ignore[no-untyped-call]
        command = getattr(flags, "WHICH", None)
        if self.creds is None:
            return
        home = Home(Path(self.creds.path).resolve().parents[1])
        close_session()
        session = BuildSession(home, project_folder())
        try:
            session.open(is_build=command in _WRITING, is_full=bool(getattr(flags, "FULL_REFRESH", False)))
        except (BenchmartError, OSError) as error:
            # Of dbt's own errors it prints the message, of others a traceback.
            raise DbtRuntimeError(str(error)) from error
        _session = session

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Lay down what the macros of `macros/builds.sql` expect."""
        if _session is None:
            return
        register_log_functions(conn, _session.home)
        register_pattern_function(conn)
        conn.execute("create schema if not exists staging")
        conn.execute(
            "create table if not exists staging.builds ("
            "build_number integer, project_digest varchar, started_at timestamptz, finished_at timestamptz)"
        )
        conn.execute(
            "create or replace table staging.build_context as select ? as project_digest, ? as served_build_number",
            [_session.project_digest, _session.served_build_number],
        )


def close_session() -> bool:
    """Close dbt's connections and publish what passed; returns whether anything was published."""
    global _session
    session, _session = _session, None
    if session is None:
        return False
    environment = DuckDBConnectionManager._ENV  # noqa: SLF001
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    return session.close()


def _close_at_exit() -> None:
    try:
        close_session()
    except (BenchmartError, OSError) as error:
        print(f"error: the warehouse could not be published: {error}", file=sys.stderr, flush=True)  # noqa: T201
        # Nothing else can change the exit code any more.
        os._exit(1)


atexit.register(_close_at_exit)
