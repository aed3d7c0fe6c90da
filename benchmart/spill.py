"""Where statements put what does not fit into memory: a folder of each process, in the system's temporary folder."""

import os
import shutil
import time
from pathlib import Path
from tempfile import gettempdir

_NAME = "benchmart-sql-"
_LEFT_SECONDS = 24 * 3600.0
"""Containers may share the folder and not see each other's processes: who wrote lately is spared, seen or not."""


def spill_folder() -> Path:
    """Of this process. DuckDB makes it and takes it down."""
    return Path(gettempdir()) / f"{_NAME}{os.getpid()}"


def clear_left_behind() -> None:
    """Take down what killed processes of this user left; what cannot be taken down stays."""
    for folder in Path(gettempdir()).glob(f"{_NAME}*"):
        if _is_left_behind(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left_behind(folder: Path) -> bool:
    process = folder.name.removeprefix(_NAME)
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    is_old = time.time() - found.st_mtime > _LEFT_SECONDS
    if not (is_own and is_old and process.isdecimal()):
        return False
    import psutil  # only now: the first screen of the browser waits for this

    return not psutil.pid_exists(int(process))
