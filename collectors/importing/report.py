"""What an import did: one line a file, one a format, and the exit code that follows."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from benchmart.errors import ExitCode


class Outcome(StrEnum):
    """What became of a file."""

    TAKEN = "taken"
    """Its format is known, and what could be understood is in the log."""
    QUARANTINED = "quarantined"
    """It was not understood; it is kept whole in the log."""
    UNTOUCHED = "untouched"
    """There was nothing to take or to keep: an empty file, or a folder without files."""
    FAILED = "failed"
    """It could not be read; the reason says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file."""

    path: str
    outcome: Outcome
    format: str | None = None
    """The adapter that took it; None when no adapter knows it."""
    records: int = 0
    """Events understood; each is either new or known."""
    new: int = 0
    """Records that the log did not hold before."""
    known: int = 0
    quarantined: int = 0
    """1 for a whole document, else the number of rows that were not understood."""
    quarantined_new: int = 0
    """How many of those the log did not hold before."""
    not_measured: int = 0
    """Records whose numbers are not known to be measurements: simulated, suspect, untested, ..."""
    superseded: int = 0
    """Results of an earlier import of this file that it does not give any more; they are retracted."""
    reason: str | None = None
    """Why something was quarantined or left; None when all is fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatReport:
    """The same, added up over the files of one format."""

    format: str
    """The adapter's name; `unknown` for what no adapter knows."""
    files: int
    records: int
    new: int
    known: int
    quarantined: int
    not_measured: int
    untouched: int
    """Files with nothing to take, or that could not be read."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    files: tuple[FileReport, ...]
    is_dry_run: bool = False

    @property
    def formats(self) -> tuple[FormatReport, ...]:
        """One line a format, by name, with `unknown` at the end."""
        names = sorted({file.format or "" for file in self.files}, key=lambda name: (not name, name))
        return tuple(
            _format(name, [file for file in self.files if (file.format or "") == name]) for name in names
        )

    @property
    def added(self) -> int:
        """Events appended to the log, quarantined ones and retractions included (in a dry run: that would be)."""
        return sum(file.new + file.quarantined_new + file.superseded for file in self.files)

    @property
    def superseded(self) -> int:
        """Results of earlier imports that are retracted, because their file was read anew and gives others."""
        return sum(file.superseded for file in self.files)

    @property
    def exit_code(self) -> ExitCode:
        """OK, PARTIAL when anything was quarantined or unreadable, NOTHING_UNDERSTOOD when no file was taken."""
        if not any(file.outcome is Outcome.TAKEN for file in self.files):
            return ExitCode.NOTHING_UNDERSTOOD
        is_partial = any(file.quarantined or file.outcome is Outcome.FAILED for file in self.files)
        return ExitCode.PARTIAL if is_partial else ExitCode.OK

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: `formats` and `files`."""
        return {
            "dry_run": self.is_dry_run,
            "added": self.added,
            "formats": [asdict(line) for line in self.formats],
            "files": [asdict(file) for file in self.files],
        }


def _format(name: str, files: Sequence[FileReport]) -> FormatReport:
    def total(count: Callable[[FileReport], int]) -> int:
        return sum(map(count, files))

    return FormatReport(
        format=name or "unknown",
        files=len(files),
        records=total(lambda file: file.records),
        new=total(lambda file: file.new),
        known=total(lambda file: file.known),
        quarantined=total(lambda file: file.quarantined),
        not_measured=total(lambda file: file.not_measured),
        untouched=total(lambda file: file.outcome in (Outcome.UNTOUCHED, Outcome.FAILED)),
    )
