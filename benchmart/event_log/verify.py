"""Verify the log against its file names and its last checkpoint.

A checkpoint is a file `<root>/.checkpoints/<time>-<digest>.json` with the sha-256 of every file and the digest of the
checkpoint before it: whoever keeps the digest of one checkpoint can prove the whole log up to it.
"""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmart.errors import LogCorrupted
from benchmart.event_log.durable import explained, make_folder, sync_folder, write_new_file
from benchmart.event_log.files import DIGEST_DIGITS, LogFile, list_files

_CHECKPOINTS = ".checkpoints"


@dataclass(frozen=True)
class Checkpoint:
    """The state of the log at a moment."""

    taken_at: str
    previous: str | None
    """Digest of the checkpoint before this one."""
    files: dict[str, str]
    """Path below the root to the sha-256 of the file's bytes."""

    @property
    def digest(self) -> str:
        """sha-256 over the canonical JSON of the above."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, one line a file."""
        document = {"taken_at": self.taken_at, "previous": self.previous, "files": self.files}
        return json.dumps(document, sort_keys=True, indent=0)


@dataclass(frozen=True)
class Verification:
    """What differs from the last checkpoint, and from the digests in the file names."""

    checked: int
    checkpoint: str | None
    """Digest of the checkpoint compared with; None when there is none."""
    altered: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    """New since the checkpoint: expected after appends, listed so that nothing is hidden."""

    @property
    def is_sound(self) -> bool:
        """Nothing that was recorded is damaged, changed or gone."""
        return not (self.altered or self.removed or self.unreadable)


def take_checkpoint(root: Path) -> Checkpoint:
    """Record the digest of every file. Raises LogCorrupted when `verify` finds the log unsound."""
    files = list_files(root)
    digests = _digests(root, files)
    found = _compared(root, files, digests)
    if not found.is_sound:
        damaged = found.altered + found.removed + found.unreadable
        raise LogCorrupted(f"no checkpoint of a damaged log: {', '.join(damaged)}", where=str(root))
    whole = {path: digest for path, digest in digests.items() if digest is not None}
    checkpoint = Checkpoint(datetime.now(UTC).isoformat(), found.checkpoint, whole)
    with explained(root, "write a checkpoint"):
        _write(root, checkpoint)
    return checkpoint


def verify(root: Path) -> Verification:
    """Read every file, compare it with its name and with the last checkpoint."""
    files = list_files(root)
    return _compared(root, files, _digests(root, files))


def _compared(root: Path, files: list[LogFile], digests: dict[str, str | None]) -> Verification:
    last = _last_checkpoint(root)
    before = last.files if last else {}
    return Verification(
        checked=len(files),
        checkpoint=last.digest if last else None,
        altered=[
            file.relative
            for file in files
            if not _agrees(file, digests[file.relative], before.get(file.relative))
        ],
        removed=sorted(set(before) - set(digests)),
        unreadable=[file.relative for file in files if not _is_parquet(file.below(root))],
        added=sorted(set(digests) - set(before)) if last else [],
    )


def check_file(root: Path, file: LogFile) -> None:
    """Raises LogCorrupted, naming the file, when it is not whole Parquet or not what its name promises."""
    path = file.below(root)
    hint = (
        "Restore it from a copy of the log, or move it away; `benchmart log verify` lists every damaged file"
    )
    try:
        digest = _sha256(path)
    except OSError as error:
        raise LogCorrupted(f"cannot be read: {error.strerror}", where=str(path), hint=hint) from error
    if not _agrees(file, digest, None):
        raise LogCorrupted("its bytes are not those its name promises", where=str(path), hint=hint)
    if not _is_parquet(path):
        raise LogCorrupted("it is not a whole Parquet file", where=str(path), hint=hint)


def _agrees(file: LogFile, digest: str | None, checkpointed: str | None) -> bool:
    """Whether the bytes are what was promised; those that cannot be read (digest None) are not called altered."""
    if digest is None:
        return True
    promised = file.digest
    return (promised is None or digest[:DIGEST_DIGITS] == promised) and checkpointed in (None, digest)


def _digests(root: Path, files: list[LogFile]) -> dict[str, str | None]:
    """sha-256 of every file, None where it cannot be read; large blocks are hashed outside the interpreter lock."""
    with ThreadPoolExecutor() as pool:
        hashed = pool.map(_sha256_if_readable, [file.below(root) for file in files])
        return {file.relative: digest for file, digest in zip(files, hashed, strict=True)}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sha256_if_readable(path: Path) -> str | None:
    try:
        return _sha256(path)
    except OSError:
        return None


def _is_parquet(path: Path) -> bool:
    try:
        pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError):
        return False
    return True


def _last_checkpoint(root: Path) -> Checkpoint | None:
    paths = sorted((root / _CHECKPOINTS).glob("*.json"))
    if not paths:
        return None
    last = _read_checkpoint(paths[-1])
    if last.previous and last.previous[:DIGEST_DIGITS] not in map(_digest_in_name, paths):
        raise LogCorrupted(
            f"the checkpoint before it is gone: {last.previous[:DIGEST_DIGITS]}", where=str(paths[-1])
        )
    return last


def _digest_in_name(path: Path) -> str:
    return path.stem.rpartition("-")[2]


def _read_checkpoint(path: Path) -> Checkpoint:
    try:
        checkpoint = Checkpoint(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise LogCorrupted(f"checkpoint cannot be read: {error}", where=str(path)) from error
    if checkpoint.digest[:DIGEST_DIGITS] != _digest_in_name(path):
        raise LogCorrupted("checkpoint was altered: its digest is not the one in its name", where=str(path))
    return checkpoint


def _write(root: Path, checkpoint: Checkpoint) -> None:
    folder = root / _CHECKPOINTS
    make_folder(folder)
    stamp = "".join(character for character in checkpoint.taken_at if character.isdigit())[:20]
    final = folder / f"{stamp}-{checkpoint.digest[:DIGEST_DIGITS]}.json"
    temporary = final.with_suffix(".tmp")
    try:
        write_new_file(temporary, checkpoint.to_json().encode())
        temporary.rename(final)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
