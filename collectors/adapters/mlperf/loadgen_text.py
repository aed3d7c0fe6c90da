"""What MLPerf's load generator prints into `mlperf_log_summary.txt`: `key : value` lines in sections."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from benchmart.errors import DocumentRejected

TITLE = "MLPerf Results Summary"

_LINE = re.compile(r"\s*(?:\* )?(.+?)\s*: *(.*?)\s*")
_SUBTITLE = re.compile(r"(Per-\w+|TTFT|TPOT) ?[\w ]*:\s*", re.IGNORECASE)
_CLOSING = re.compile(
    r"(No|\d+) (warning|error)s? encountered(?: during test|\. See detailed log)\.", re.IGNORECASE
)
_REMARKS = {"warning", "error", "note"}
"""Lines that the load generator prints among the others, as many as it has."""
_OF_ANOTHER_KIND = "per-sample"
"""Old logs of MultiStream tell latencies of samples beside those of queries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value, and the line it stands on."""

    text: str
    line: int

    @property
    def where(self) -> str:
        """For a BadRow."""
        return f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Summary:
    """A log that is known to be whole: its last line was printed."""

    entries: Mapping[str, Entry]
    """Key in lower case, with single spaces."""
    warnings: int
    errors: int

    def text(self, key: str) -> str | None:
        """What stands beside `key`."""
        entry = self.entries.get(key)
        return entry.text if entry else None


def summary_of(text: str) -> Summary:
    """Raises DocumentRejected when the log was cut off, or when two were joined."""
    entries: dict[str, Entry] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if closing := _CLOSING.fullmatch(stripped):
            counts[closing[2].lower()] = 0 if closing[1].lower() == "no" else int(closing[1])
        elif set(stripped) == {"="}:
            prefix = ""
        elif subtitle := _SUBTITLE.fullmatch(stripped):
            prefix = (
                f"{subtitle[1].lower()} " if subtitle[1].lower() in {_OF_ANOTHER_KIND, "ttft", "tpot"} else ""
            )
        elif (match := _LINE.fullmatch(line)) and match[2] and match[1].lower() not in _REMARKS:
            _add(entries, prefix + " ".join(match[1].lower().split()), Entry(match[2], number))
    if "error" not in counts:
        raise DocumentRejected(
            "does not end with the number of errors", hint="Was the file cut off, or is the run still going?"
        )
    return Summary(entries, counts.get("warning", 0), counts["error"])


def _add(entries: dict[str, Entry], key: str, entry: Entry) -> None:
    known = entries.setdefault(key, entry)
    if known.text != entry.text:
        raise DocumentRejected(
            f"a second, different value for {key!r:.80}", where=entry.where, hint="Were two logs joined?"
        )
