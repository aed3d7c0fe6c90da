"""Every error benchmart raises on purpose, and the exit codes its commands end with.

BenchmartError
├── UsageError          the request cannot be carried out as written
├── EventError          an event does not fit its kind's schema
├── LogError            the event log cannot be read or written
│   └── LogCorrupted    a file of the log is damaged or has been changed
├── DocumentRejected    an adapter cannot understand a document (it will be quarantined)
├── WarehouseMissing    nothing has been built yet
├── BuildFailed         dbt ended with an error or a failed test
├── BuildLocked         another process is building
└── StatementRefused    the SQL guard does not let a statement through
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status says."""

    OK = 0
    """Everything asked for was done."""
    FAILURE = 1
    """The command could not do what was asked; the message says what, where and what to do."""
    USAGE = 2
    """The command line itself is wrong."""
    PARTIAL = 3
    """Some of the input was quarantined or some configurations failed; the rest was done."""
    NOTHING_UNDERSTOOD = 4
    """None of the input could be understood; all of it was quarantined."""
    CORRUPTED = 5
    """The event log differs from its last checkpoint, or a file of it cannot be read."""
    VIOLATIONS = 6
    """Results recorded since the moment asked for break a rule of data quality."""
    REGRESSION = 7
    """`benchmart gate`: something became worse, or could not be told where that was to fail."""
    TIMED_OUT = 124
    """`benchmart run`: the command took too long. These four are what `timeout` and `env` end with."""
    NOT_RECORDED = 125
    """`benchmart run`: not the command but its recording failed."""
    CANNOT_START = 126
    """`benchmart run`: the command is there and cannot be started."""
    COMMAND_NOT_FOUND = 127
    """`benchmart run`: there is no such command."""


class BenchmartError(Exception):
    """The root of all errors benchmart raises on purpose."""

    exit_code = ExitCode.FAILURE

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        located = f"{self.where}: {self.what}" if self.where else self.what
        return f"{located}. {self.hint}" if self.hint else located


class UsageError(BenchmartError):
    """The request cannot be carried out as written."""

    exit_code = ExitCode.USAGE


class EventError(BenchmartError):
    """An event does not fit its kind's schema."""


class LogError(BenchmartError):
    """The event log cannot be read or written."""


class LogCorrupted(LogError):
    """A file of the log is damaged or has been changed."""

    exit_code = ExitCode.CORRUPTED


class DocumentRejected(BenchmartError):
    """An adapter cannot understand a document."""


class WarehouseMissing(BenchmartError):
    """Nothing has been built yet."""


class BuildFailed(BenchmartError):
    """dbt ended with an error or a failed test."""


class BuildLocked(BenchmartError):
    """Another process is building."""


class PredictionRefused(BenchmartError):
    """A number cannot be predicted from what is known."""

    exit_code = ExitCode.USAGE


class StatementRefused(BenchmartError):
    """The SQL guard does not let a statement through."""

    exit_code = ExitCode.USAGE
