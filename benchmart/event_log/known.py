"""Which documents the log already holds: a cache of the source digests in each file, read once per file.

The cache is one JSON line a file, appended to; it may be deleted at any time.
"""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmart.event_log.files import LogFile, list_files
from benchmart.event_log.kind import ENVELOPE
from benchmart.event_log.read import read_file

_CACHE = ".known_sources.jsonl"


_TOLD = pa.schema([ENVELOPE.field(name) for name in ("event_id", "kind", "source_uri", "source_digest")])


def known_events(root: Path, source_digests: Collection[str]) -> pa.Table:
    """All events in the log that came from documents with these digests: event_id, kind, source_uri, source_digest."""
    wanted = set(source_digests)
    found = [
        read_file(root, file, _TOLD, pc.field("source_digest").isin(sorted(common)))
        for file, digests in _digests_by_file(root).items()
        if (common := wanted.intersection(digests))
    ]
    return pa.concat_tables(found) if found else _TOLD.empty_table()


def files_by_source(root: Path) -> dict[str, set[str]]:
    """For each document the log knows, by its sha-256, the files that hold something of it."""
    found: dict[str, set[str]] = {}
    for file, digests in _digests_by_file(root).items():
        for digest in digests:
            found.setdefault(digest, set()).add(file.relative)
    return found


def _digests_by_file(root: Path) -> dict[LogFile, list[str]]:
    cached = _cached(root)
    found: dict[LogFile, list[str]] = {}
    added = []
    for file in list_files(root):
        digests = cached.get(file.relative)
        if digests is None:
            digests = _digests_in(root, file)
            added.append(json.dumps([file.relative, digests]))
        found[file] = digests
    if added:
        _remember(root, added)
    return found


def _cached(root: Path) -> dict[str, list[str]]:
    cached: dict[str, list[str]] = {}
    with suppress(FileNotFoundError):
        for line in (root / _CACHE).read_text(errors="replace").splitlines():
            # A line cut short by a crash is as good as absent: its file is read again.
            with suppress(ValueError, TypeError):
                relative, digests = json.loads(line)
                cached[relative] = digests
    return cached


def _digests_in(root: Path, file: LogFile) -> list[str]:
    table = read_file(root, file, pa.schema([ENVELOPE.field("source_digest")]))
    digests: list[str] = pc.unique(table.column("source_digest")).drop_null().to_pylist()
    return digests


def _remember(root: Path, lines: list[str]) -> None:
    # The leading newline ends a line that a crash may have cut short.
    data = ("\n" + "\n".join(lines) + "\n").encode()
    with suppress(OSError):
        descriptor = os.open(root / _CACHE, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
