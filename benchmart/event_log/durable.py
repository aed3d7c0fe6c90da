"""Folders and files that survive a power cut, and the file system's refusals in words."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from benchmart.errors import LogError

_OTHER_FOLDER = "Choose another folder with --home or BENCHMART_HOME"
_HINTS = {
    errno.ENOSPC: "Free some space and run it again; nothing of it was kept",
    errno.EDQUOT: "Free some of your quota and run it again; nothing of it was kept",
    errno.EFBIG: "Raise the limit on file sizes (ulimit -f) and run it again; nothing of it was kept",
    errno.EROFS: "Choose a writable folder with --home or BENCHMART_HOME",
    errno.EACCES: "Choose a writable folder with --home or BENCHMART_HOME",
    errno.EPERM: "The file system must allow hard links; choose another folder with --home",
    errno.EEXIST: f"A file lies where a folder should be. {_OTHER_FOLDER}",
    errno.ENOTDIR: f"A file lies where a folder should be. {_OTHER_FOLDER}",
}


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, durably; nothing happens when it is there."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new_file(path: Path, content: bytes | pa.Buffer) -> None:
    """Write a read-only file that does not exist yet, and make its content durable."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(root: Path, action: str) -> Iterator[None]:
    """Turn the file system's refusals into a LogError that says what to do."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        hint = _HINTS.get(error.errno or 0)
        raise LogError(f"cannot {action}: {reason}", where=str(root), hint=hint) from error
