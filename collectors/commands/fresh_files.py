"""Which files a command has written: those that are new or other than before it started."""

import glob
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from collectors.importing.files import find_files

_Identity = tuple[int, int, int]
"""Inode, size and time of change: clocks of file servers need not agree with ours, so no clock is asked."""


class FreshFiles:
    """Files, folders or patterns, looked at before and after."""

    def __init__(self, patterns: Sequence[str], besides: Path) -> None:
        """Look at what is there now; nothing below `besides` counts."""
        self._patterns, self._besides = patterns, besides
        self._before = self._look()

    def found(self) -> list[Path]:
        """What is new or changed since."""
        return [path for path, identity in self._look().items() if self._before.get(path) != identity]

    def _look(self) -> Mapping[Path, _Identity]:
        named = [
            Path(name)
            for pattern in self._patterns
            for name in sorted(glob.glob(pattern, recursive=True)) or [pattern]  # noqa: PTH207 - takes absolute ones
        ]
        present = [path for path in dict.fromkeys(named) if path.exists()]
        seen = {}
        for path in find_files(present, besides=self._besides):
            with suppress(OSError):
                status = path.stat()
                seen[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
        return {path: identity for path, identity in seen.items() if path.is_file()}
