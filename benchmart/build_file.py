"""The file a build works on: made ready before dbt opens it, so that it holds a whole earlier state or nothing.

Two files take turns. One is served and never written; the other is behind by what the last build added, and its ledger
(`staging.stg_event_log__files`) says by what. A build brings it up to date, and then the two change places (see
`publish`). A copy of the served file is needed only when the other one cannot be used.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmart.config import Home
from benchmart.connection import is_lock_conflict
from benchmart.event_log.files import list_files

LEDGER = "staging.stg_event_log__files"
BUILDS = "staging.builds"


@dataclass(frozen=True)
class Contents:
    """What a warehouse file says of itself."""

    is_finished: bool
    """Whether its last build went through, tests and all."""
    project_digest: str | None
    build_number: int
    log_files: frozenset[str]
    """The batches it was built from, as paths below the log's root."""


def read_contents(path: Path) -> Contents | None:
    """What the file at `path` holds; None when there is none, or it is not a whole warehouse.

    Raises duckdb.IOException when another process has it open for writing.
    """
    if not path.exists():
        return None
    try:
        with duckdb.connect(path, read_only=True) as connection:
            return _contents(connection)
    except duckdb.IOException as error:
        if is_lock_conflict(error):
            raise
        return None
    except duckdb.Error:
        return None


def _contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    last = connection.execute(
        f"select build_number, project_digest, finished_at is not null from {BUILDS} "  # noqa: S608
        "order by build_number desc limit 1"
    ).fetchone()
    number, digest, is_finished = last or (0, None, False)
    log_files = connection.execute(f"select log_file from {LEDGER}").fetchall()  # noqa: S608
    return Contents(is_finished, digest, number, frozenset(name for (name,) in log_files))


def ready_for_building(home: Home, project_digest: str, *, is_full: bool) -> None:
    """Leave at `home.build_file` what a build may go on with: an earlier state of this project, or nothing."""
    if is_full or usable(home, home.warehouse, project_digest) is None:
        _remove(home.build_file)
    elif usable(home, home.build_file, project_digest) is None or _is_held(home.build_file):
        _replace_by_served(home)


def ready_for_reading(home: Home) -> None:
    """Leave at `home.build_file` what is served, for commands of dbt that build nothing."""
    if home.warehouse.exists():
        _replace_by_served(home)
    else:
        _remove(home.build_file)


def usable(home: Home, path: Path, project_digest: str) -> Contents | None:
    """Contents of a file that a build may add to; None when it has to start anew."""
    try:
        contents = read_contents(path)
    except duckdb.IOException:
        return None
    if contents is None or not contents.is_finished or contents.project_digest != project_digest:
        return None
    present = {file.relative for file in list_files(home.events)}
    # What was taken out of the log must not stay in the tables.
    return contents if contents.log_files <= present else None


def _is_held(path: Path) -> bool:
    """Whether a reader has the file open, so that it cannot be written."""
    try:
        duckdb.connect(path).close()
    except duckdb.Error:
        return True
    return False


def _replace_by_served(home: Home) -> None:
    """A reader that holds the file keeps it: only the name goes. A copy cut short is not taken for a warehouse."""
    _remove(home.build_file)
    unfinished = home.build_file.with_suffix(".copy")
    shutil.copyfile(home.warehouse, unfinished)
    unfinished.replace(home.build_file)


def _remove(path: Path) -> None:
    for name in (path, path.with_name(f"{path.name}.wal")):
        with suppress(FileNotFoundError):
            name.unlink()
