"""Which files an import looks at: the ones named, and everything below the folders named, in a fixed order."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmart.errors import UsageError

_NEVER_RESULTS = frozenset({"__pycache__", "node_modules"})


def find_files(paths: Sequence[Path], *, besides: Path) -> list[Path]:
    """Every path to look at, sorted below each folder; a folder without files is listed itself.

    Left out: hidden entries and caches below a folder (name one to have it), and the folder `besides`. A symlink is
    followed, and a folder reached twice is walked once. A folder that cannot be listed is listed itself. Raises
    UsageError when a path does not exist.
    """
    # Path.exists raises where a folder may not be entered.
    if missing := [str(path) for path in paths if not os.path.exists(path)]:  # noqa: PTH110
        raise UsageError(f"no such file or folder: {', '.join(missing)}", hint="Nothing was imported")
    walked = {_identity(besides)} if besides.exists() else set()
    found = (file for path in paths for file in (_below(path, walked) if path.is_dir() else [path]))
    return list(dict.fromkeys(found))


def _below(folder: Path, walked: set[tuple[int, int]]) -> Iterator[Path]:
    """Files below a folder, and folders that cannot be listed. `walked` remembers folders, so loops of links end."""
    is_empty = True
    refused: list[Path] = []
    for place, folders, files in os.walk(folder, followlinks=True, onerror=partial(_remember, refused)):
        if not _is_new(Path(place), walked):
            folders.clear()
            files.clear()
            is_empty = False
        folders[:] = sorted(filter(_is_visible, folders))
        for name in sorted(filter(_is_visible, files)):
            is_empty = False
            yield Path(place, name)
    yield from refused or ([folder] if is_empty else [])


def _remember(refused: list[Path], error: OSError) -> None:
    refused.append(Path(error.filename))


def _is_new(folder: Path, walked: set[tuple[int, int]]) -> bool:
    identity = _identity(folder)
    is_new = identity not in walked
    walked.add(identity)
    return is_new


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _is_visible(name: str) -> bool:
    return not name.startswith(".") and name not in _NEVER_RESULTS


def printable(path: Path) -> str:
    r"""The path as text that can be stored; bytes that are not UTF-8 are written as `\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
