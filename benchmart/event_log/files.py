"""The files of a log: their names, where they lie, and listing them.

`<root>/kind=<kind>/date=<UTC date of recording>/<batch id>-<digest>.parquet`, where the digest is the beginning of the
sha-256 of the file's bytes, so that a file can be checked by its own name. Names beginning with a dot are not part of
the log.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmart.errors import LogError

DIGEST_DIGITS = 16
_NAME = re.compile(r"^(?P<batch>[0-9a-f]{32})-(?P<digest>[0-9a-f]{16})\.parquet$")


@dataclass(frozen=True, order=True, slots=True)
class LogFile:
    """One batch file of the log."""

    kind: str
    date: str
    name: str

    @property
    def relative(self) -> str:
        """Path below the root of the log, with forward slashes."""
        return f"kind={self.kind}/date={self.date}/{self.name}"

    @property
    def digest(self) -> str | None:
        """The digest its name promises; None for a foreign name."""
        match = _NAME.match(self.name)
        return match["digest"] if match else None

    def below(self, root: Path) -> Path:
        """Its path in the log at `root`."""
        return root / self.relative


def new_batch_id() -> str:
    """A name nobody else has: 48 bits of milliseconds, then 80 random bits; sorts by time."""
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(10)}"


def new_file(kind: str, recorded_at: datetime, batch_id: str, digest: str) -> LogFile:
    """The file a batch goes to."""
    return LogFile(kind, recorded_at.date().isoformat(), f"{batch_id}-{digest[:DIGEST_DIGITS]}.parquet")


def list_files(root: Path, kind: str | None = None) -> list[LogFile]:
    """Every file of the log, or of one kind, sorted; an absent log is empty."""
    kinds = [f"kind={kind}"] if kind else _folders(root, "kind=")
    return sorted(file for folder in kinds for file in _files_of_kind(root, folder))


def _files_of_kind(root: Path, kind_folder: str) -> Iterator[LogFile]:
    for date_folder in _folders(root / kind_folder, "date="):
        for name in _names(root / kind_folder / date_folder):
            if name.endswith(".parquet") and not name.startswith("."):
                yield LogFile(kind_folder.removeprefix("kind="), date_folder.removeprefix("date="), name)


def _folders(parent: Path, prefix: str) -> list[str]:
    return [name for name in _names(parent) if name.startswith(prefix)]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise LogError(f"cannot be listed: {error.strerror}", where=str(folder)) from error
