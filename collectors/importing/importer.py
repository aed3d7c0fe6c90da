"""Import: read files one after the other, keep what the log does not know, append one batch a kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from benchmart import __version__
from benchmart.errors import EventError
from benchmart.event_log.events import DocumentImported
from benchmart.event_log.log import EventLog
from collectors.adapters.contract import Adapter
from collectors.adapters.document import Document
from collectors.adapters.registry import all_adapters
from collectors.importing.files import find_files
from collectors.importing.novelty import Novelty
from collectors.importing.reading import Reading, printable, read_path, rejected
from collectors.importing.report import FileReport, ImportReport

Progress = Callable[[Path, int, int], None]
"""Called before each file with its path, how many files are done, and how many there are."""

_GROUP_FILES = 256
_GROUP_BYTES = 2**26


def import_paths(
    log: EventLog,
    paths: Sequence[Path],
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    adapters: Sequence[Adapter] | None = None,
) -> ImportReport:
    """Import files and folders into `log`; with `dry_run`, only tell what would happen.

    Everything is durable when it returns. Killed halfway, it leaves whole batches, and running it again adds the rest.
    Raises UsageError when a path does not exist, LogError when the log cannot be written.
    """
    files = find_files(paths, besides=log.root)
    chosen = all_adapters() if adapters is None else adapters
    novelty = Novelty(log, dry_run=dry_run)
    reports: list[FileReport] = []
    for group in _groups(_readings(files, chosen, progress)):
        novelty.expect(reading.document.digest for reading in group if reading.document)
        told = [_take(reading, novelty) for reading in group]
        reports.extend(told)
        novelty.keep(
            [
                _imported(reading, reading.document, report)
                for reading, report in zip(group, told, strict=True)
                if reading.document
            ]
        )
    novelty.flush()
    return ImportReport(tuple(reports), dry_run)


def _readings(
    files: Sequence[Path], adapters: Sequence[Adapter], progress: Progress | None
) -> Iterator[Reading]:
    for done, path in enumerate(files):
        if progress:
            progress(path, done, len(files))
        yield read_path(path, adapters)


def _groups(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """As many readings as memory bears: the log is asked once a group for what it knows."""
    group: list[Reading] = []
    size = 0
    for reading in readings:
        group.append(reading)
        size += len(reading.document.data) if reading.document else 0
        if len(group) >= _GROUP_FILES or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _take(reading: Reading, novelty: Novelty) -> FileReport:
    """Keep what is new of one file."""
    try:
        new = novelty.keep(reading.records)
    except EventError as error:
        if reading.document is None or reading.adapter is None:
            raise
        # An adapter made an event that its kind cannot hold: the document is kept instead.
        return _take(rejected(reading.path, reading.document, reading.adapter, error), novelty)
    return FileReport(
        path=printable(reading.path),
        outcome=reading.outcome,
        format=reading.adapter.name if reading.adapter else None,
        records=len(reading.records),
        new=new,
        known=len(reading.records) - new,
        quarantined=len(reading.quarantined),
        quarantined_new=novelty.keep(reading.quarantined),
        not_measured=sum(getattr(record, "basis", "measured") != "measured" for record in reading.records),
        reason=reading.reason,
    )


def _imported(reading: Reading, document: Document, report: FileReport) -> DocumentImported:
    """What the log remembers of this file; the same whenever the same file is found at the same place."""
    adapter = reading.adapter
    return DocumentImported(
        collector=adapter.collector if adapter else "import",
        collector_version=adapter.version if adapter else __version__,
        run_id=document.run_id,
        source_uri=document.path,
        source_digest=document.digest,
        path=document.path,
        outcome=report.outcome,
        format=report.format,
        reason=report.reason,
        records=report.records,
        quarantined=report.quarantined,
        not_measured=report.not_measured,
        document=document.data if reading.is_kept else None,
    )
