"""From a path to events, before the log is asked anything: read, recognise, understand, quarantine."""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from benchmart import __version__
from benchmart.errors import BenchmartError, DocumentRejected
from benchmart.event_log.events import DocumentQuarantined, Event
from collectors.adapters.contract import Adapter, BadRow, EventTable, Finding, NotResults
from collectors.adapters.document import Document
from collectors.adapters.registry import recognise
from collectors.importing.companions import Consulted, companions_of
from collectors.importing.compressed import TooLarge, decompressed
from collectors.importing.files import printable
from collectors.importing.report import Outcome

LARGEST_DOCUMENT_BYTES = 2**30
"""A larger file is not read: no format known here has such files, and it has to fit into memory."""

LARGEST_UNKNOWN_BYTES = 16 * 2**20
"""A larger file that no adapter knows is left where it is: the log is no place for disk images and model weights."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, understood as far as it can be."""

    path: Path
    outcome: Outcome
    reason: str | None = None
    """Why it was not taken, or not all of it."""
    document: Document | None = None
    """None when the file could not be read."""
    adapter: Adapter | None = None
    records: Sequence[Event | EventTable] = ()
    quarantined: Sequence[DocumentQuarantined] = ()
    is_kept: bool = False
    """Whether the document is kept whole although it holds no results."""
    digest: str | None = None
    """sha-256 of the file's bytes, before anything was unpacked."""
    size_bytes: int = 0
    """How many those are."""
    earlier: Sequence[str] = ()
    """sha-256 of what the file was in earlier imports, when since then it has only grown."""


def read_path(path: Path, adapters: Sequence[Adapter]) -> Reading:
    """Read one file; never raises because of what the file is or holds."""
    try:
        if obstacle := _obstacle(path):
            return obstacle
        data = path.read_bytes()
        reading = understand(path, decompressed(data, LARGEST_DOCUMENT_BYTES), adapters)
        return replace(reading, digest=sha256(data).hexdigest(), size_bytes=len(data))
    except TooLarge as error:
        return Reading(path, Outcome.FAILED, str(error))
    except OSError as error:
        return Reading(path, Outcome.FAILED, f"cannot be read: {os.strerror(error.errno or 0)}")


def _obstacle(path: Path) -> Reading | None:
    """Why there is nothing to read, found out without reading."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        next(path.iterdir(), None)  # a folder that may not be listed says so here
        return Reading(path, Outcome.UNTOUCHED, "a folder without files")
    if not stat.S_ISREG(status.st_mode):
        return Reading(path, Outcome.FAILED, "not a regular file")
    if status.st_size == 0:
        return Reading(path, Outcome.UNTOUCHED, "the file is empty")
    if status.st_size > LARGEST_DOCUMENT_BYTES:
        reason = f"{status.st_size:,} bytes; files over {LARGEST_DOCUMENT_BYTES:,} bytes are not read"
        return Reading(path, Outcome.FAILED, reason)
    return None


def understand(path: Path, data: bytes, adapters: Sequence[Adapter]) -> Reading:
    """Let the adapter that knows the document read it; quarantine what nobody understands."""
    document = Document(printable(path.absolute()), data, Consulted(companions_of(path)))
    failures: list[str] = []
    adapter = recognise(document, adapters, lambda one, error: failures.append(_failure(one, error)))
    if adapter is None:
        return _unknown(path, document, "; ".join([_stranger(document), *failures]))
    try:
        findings = _checked(adapter.read(document))
    except NotResults as error:
        return Reading(path, Outcome.UNTOUCHED, error.reason, document, adapter, is_kept=True)
    except DocumentRejected as error:
        return rejected(path, document, adapter, error)
    except Exception as error:  # noqa: BLE001 - a defect of an adapter must cost neither the document nor the others
        return rejected(path, document, adapter, BenchmartError(_failure(adapter, error)))
    return _taken(path, document, adapter, findings)


def _stranger(document: Document) -> str:
    """Why no adapter knows the document, where that can be told: JSON that was cut off is of no format."""
    is_meant_as_json = document.name.endswith(".json")
    error = document.json_error if is_meant_as_json else None
    return (
        f"not recognised: the document {error.what} at {error.where}"
        if error and error.where
        else "not recognised"
    )


def _failure(adapter: Adapter, error: Exception) -> str:
    return f"the adapter {adapter.name} failed: {type(error).__name__}: {error}"


def _checked(findings: Iterable[object]) -> list[Finding]:
    """Raises TypeError when there is anything among them that would be lost."""
    checked: list[Finding] = []
    for finding in findings:
        if not isinstance(finding, Event | EventTable | BadRow):
            raise TypeError(f"it yielded a {type(finding).__name__}, which is neither events nor a BadRow")
        checked.append(finding)
    return checked


def rejected(path: Path, document: Document, adapter: Adapter, error: BenchmartError) -> Reading:
    """The whole document goes into quarantine. The event's reason names no path: the same bytes may come again."""
    reason = f"{error.what}. {error.hint}" if error.hint else error.what
    event = _quarantine(document, adapter, reason, document.data, error.where)
    return Reading(path, Outcome.QUARANTINED, str(error), document, adapter, quarantined=[event])


def _taken(path: Path, document: Document, adapter: Adapter, findings: Sequence[Finding]) -> Reading:
    records = [finding for finding in findings if not isinstance(finding, BadRow)]
    bad_rows = [finding for finding in findings if isinstance(finding, BadRow)]
    quarantined = [_quarantine(document, adapter, row.reason, row.raw, row.where) for row in bad_rows]
    return Reading(path, Outcome.TAKEN, _reason(records, bad_rows), document, adapter, records, quarantined)


def _reason(records: Sequence[Event | EventTable], bad_rows: Sequence[BadRow]) -> str | None:
    if not bad_rows:
        return None if records else "no rows"
    first = bad_rows[0]
    more = f" (and {len(bad_rows) - 1:,} more)" if len(bad_rows) > 1 else ""
    return f"{first.where}: {first.reason}{more}"


def _unknown(path: Path, document: Document, reason: str) -> Reading:
    size = len(document.data)
    if size > LARGEST_UNKNOWN_BYTES:
        reason = f"{reason}, and {size:,} bytes are too many to keep; the file was left where it is"
        return Reading(path, Outcome.FAILED, reason, document)
    event = _quarantine(document, None, reason, document.data, None)
    return Reading(path, Outcome.QUARANTINED, reason, document, quarantined=[event])


def _quarantine(
    document: Document, adapter: Adapter | None, reason: str, raw: bytes, where: str | None
) -> DocumentQuarantined:
    return DocumentQuarantined(
        collector=adapter.collector if adapter else "import",
        collector_version=adapter.version if adapter else __version__,
        run_id=document.run_id,
        source_uri=document.path,
        source_digest=document.digest,
        source_locator=where,
        format=adapter.name if adapter else None,
        reason=reason,
        document=raw,
        document_bytes=len(raw),
    )
