"""What became of the files of earlier imports, so that only new and changed files are read again.

A cache in the log's folder, one JSON line an import; it may be deleted at any time. A file is as it was when its bytes
are, and those of whatever its adapter looked at beside it. What an adapter of another version read, or of which the
log has lost a batch file, is read again.
"""

import json
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmart import __version__
from benchmart.event_log.log import EventLog
from collectors.adapters.contract import Adapter
from collectors.importing.companions import Consulted, companions_of
from collectors.importing.files import printable
from collectors.importing.reading import Reading
from collectors.importing.report import FileReport, Outcome

_CACHE = ".imported_documents.jsonl"


class Remembered:
    """Files that were imported into this log by these adapters, and what was reported of each."""

    def __init__(self, log: EventLog, adapters: Sequence[Adapter]) -> None:
        self._path = log.root / _CACHE
        self._log = log
        told = json.dumps([__version__, *([adapter.name, adapter.version] for adapter in adapters)])
        self._adapters = sha256(told.encode()).hexdigest()
        self._files = self._cached()
        self._held = log.files_by_source() if self._files else {}
        self._learned: dict[str, dict[str, Any]] = {}

    def report(self, path: Path) -> FileReport | None:
        """What was reported of this file, all of it known by now; None when it has to be read."""
        seen = self._files.get(_key(path))
        try:
            if seen is None or not self._is_as_it_was(path, seen):
                return None
            report = FileReport(**(seen["report"] | {"outcome": Outcome(seen["report"]["outcome"])}))
        except (OSError, KeyError, TypeError, ValueError, AttributeError):
            return None  # a damaged cache is as good as none
        return replace(
            report, path=printable(path), new=0, known=report.records, quarantined_new=0, superseded=0
        )

    def _is_as_it_was(self, path: Path, seen: dict[str, Any]) -> bool:
        beside, status = companions_of(path), path.stat()
        return (
            # anything may lie there by now: reading a pipe would never end
            stat.S_ISREG(status.st_mode)
            and status.st_size == seen["size"]
            and _digest(path.read_bytes()) == seen["bytes"]
            and self._held.get(seen["document"], set()).issuperset(seen["held"])
            and all(_digest(beside(relative)) == digest for relative, digest in seen["beside"].items())
        )

    def with_its_past(self, reading: Reading) -> Reading:
        """The reading, told what the file was before it grew: rows that were there already are no new results."""
        seen, document = self._files.get(_key(reading.path)), reading.document
        try:
            if seen is None or document is None or _digest(document.data[: seen["size"]]) != seen["document"]:
                return reading
            earlier = [seen["document"], *seen.get("earlier", ())]
        except (KeyError, TypeError, AttributeError):
            return reading  # a damaged cache is as good as none
        return replace(
            reading, earlier=[one for one in earlier if isinstance(one, str) and one != document.digest]
        )

    def learn(self, reading: Reading, report: FileReport) -> None:
        """Remember a file."""
        document = reading.document
        if document is None:
            return
        beside = document.companions.digests if isinstance(document.companions, Consulted) else {}
        self._learned[_key(reading.path)] = {
            "size": reading.size_bytes,
            "bytes": reading.digest,
            "document": document.digest,
            "earlier": list(reading.earlier),
            "beside": beside,
            "report": asdict(report),
        }

    def save(self) -> None:
        """Write down what was learned, when all of it is durable. A cache that cannot be written is none."""
        if not self._learned:
            return
        held = self._log.files_by_source()
        for seen in self._learned.values():
            seen["held"] = sorted(held.get(seen["document"], ()))
        line = json.dumps({"adapters": self._adapters, "files": self._learned})
        with suppress(OSError):
            descriptor = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644)
            try:
                os.write(descriptor, f"\n{line}\n".encode())
            finally:
                os.close(descriptor)

    def _cached(self) -> dict[str, dict[str, Any]]:
        files: dict[str, dict[str, Any]] = {}
        with suppress(OSError):
            for line in self._path.read_text(errors="replace").splitlines():
                # A line that a crash cut short is as good as absent.
                with suppress(ValueError, KeyError, TypeError):
                    told = json.loads(line)
                    if told["adapters"] == self._adapters:
                        files |= told["files"]
        return files


def _digest(data: bytes | None) -> str | None:
    return None if data is None else sha256(data).hexdigest()


def _key(path: Path) -> str:
    return printable(path.absolute())
