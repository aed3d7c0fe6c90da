"""Import: read files one after the other, keep what the log does not know, append one batch a kind."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc

from benchmart import __version__
from benchmart.errors import EventError
from benchmart.event_log.events import DocumentImported, Event, ResultRetracted
from benchmart.event_log.log import EventLog
from collectors.adapters.contract import Adapter, EventTable
from collectors.adapters.registry import all_adapters
from collectors.importing.files import find_files, printable
from collectors.importing.novelty import Novelty, Part
from collectors.importing.reading import Reading, read_path, rejected
from collectors.importing.remembered import Remembered
from collectors.importing.report import FileReport, ImportReport, Outcome

Progress = Callable[[Path, int, int], None]
"""Called before each file with its path, how many files are done, and how many there are."""

_WHY = {
    "retract": "the file was read anew and does not give this result any more",
    "restore": "the file was read anew and gives this result again",
}
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
    remembered = Remembered(log, chosen)
    reports: dict[Path, FileReport] = {}
    changed = _changed(files, remembered, reports, progress)
    with _garbage_collection_paused():
        readings = (remembered.with_its_past(read_path(path, chosen)) for path in changed)
        for group in _groups(readings):
            novelty.expect(digest for reading in group for digest in _digests(reading))
            for reading, report in _keep(group, novelty):
                reports[reading.path] = report
                remembered.learn(reading, report)
        novelty.flush()
    if not dry_run:
        remembered.save()
    return ImportReport(tuple(reports[path] for path in files), dry_run)


@contextmanager
def _garbage_collection_paused() -> Iterator[None]:
    """Millions of events without a cycle among them: looking for cycles would take a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _changed(
    files: Sequence[Path], remembered: Remembered, reports: dict[Path, FileReport], progress: Progress | None
) -> Iterator[Path]:
    """The files that have to be read; the others are reported as they were."""
    for done, path in enumerate(files):
        if progress:
            progress(path, done, len(files))
        report = remembered.report(path)
        if report is None:
            yield path
        else:
            reports[path] = report


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


def _keep(group: Sequence[Reading], novelty: Novelty) -> list[tuple[Reading, FileReport]]:
    """Keep what is new of these files, and that they were looked at."""
    try:
        new = novelty.keep([Part(reading.records, _digests(reading)) for reading in group])
    except EventError as error:
        # An adapter made an event that its kind cannot hold: that document is kept instead.
        if len(group) > 1:
            return [kept for reading in group for kept in _keep([reading], novelty)]
        [reading] = group
        if reading.document is None or reading.adapter is None:
            raise
        whole = rejected(reading.path, reading.document, reading.adapter, error)
        return _keep([replace(whole, digest=reading.digest, size_bytes=reading.size_bytes)], novelty)
    quarantined_new = novelty.keep([Part(reading.quarantined, _digests(reading)) for reading in group])
    retractions = [_retractions(reading, novelty) for reading in group]
    superseded = novelty.keep([Part(retracted) for retracted in retractions])
    reports = [_report(*counted) for counted in zip(group, new, quarantined_new, superseded, strict=True)]
    novelty.keep([Part(_imported(*looked_at)) for looked_at in zip(group, reports, strict=True)])
    return list(zip(group, reports, strict=True))


def _digests(reading: Reading) -> list[str]:
    """What the document is, then what it was before it grew."""
    return [reading.document.digest, *reading.earlier] if reading.document else []


def _retractions(reading: Reading, novelty: Novelty) -> list[ResultRetracted]:
    """The same bytes at the same place, read by a newer adapter or beside another file, say what they say now."""
    document, adapter = reading.document, reading.adapter
    if document is None or adapter is None or reading.outcome is not Outcome.TAKEN:
        return []
    return [
        ResultRetracted(
            collector=adapter.collector,
            collector_version=adapter.version,
            occurred_at=datetime.now(UTC),
            run_id=document.run_id,
            source_uri=document.path,
            source_digest=document.digest,
            target_event_id=event_id,
            action=action,
            reason=_WHY[action],
        )
        for event_id, action in novelty.superseded(document.digest, document.path)
    ]


def _report(reading: Reading, new: int, quarantined_new: int, superseded: int) -> FileReport:
    records = sum(map(_count, reading.records))
    return FileReport(
        path=printable(reading.path),
        outcome=reading.outcome,
        format=reading.adapter.name if reading.adapter else None,
        records=records,
        new=new,
        known=records - new,
        quarantined=len(reading.quarantined),
        quarantined_new=quarantined_new,
        not_measured=sum(map(_count_not_measured, reading.records)),
        superseded=superseded,
        reason=reading.reason,
    )


def _count(record: Event | EventTable) -> int:
    return len(record) if isinstance(record, EventTable) else 1


def _count_not_measured(record: Event | EventTable) -> int:
    if not isinstance(record, EventTable):
        return getattr(record, "basis", "measured") != "measured"
    if "basis" not in record.table.column_names:
        return 0
    return int(pc.sum(pc.not_equal(record.table.column("basis"), "measured")).as_py() or 0)


def _imported(reading: Reading, report: FileReport) -> list[DocumentImported]:
    """What the log remembers of this file; the same whenever the same file is found at the same place."""
    document, adapter = reading.document, reading.adapter
    if document is None:
        return []
    event = DocumentImported(
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
    return [event]
