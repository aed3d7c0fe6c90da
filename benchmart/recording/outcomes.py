"""The words of test tools for how a test ended, and what they mean here."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmart.errors import UsageError

_STATUS_OF_WORD = {
    "ok": "ok",
    "pass": "ok",
    "passed": "ok",
    "xpassed": "ok",
    "fail": "failed",
    "failed": "failed",
    "error": "failed",
    "rerun": "failed",
    "crashed": "failed",
    "timeout": "failed",
    "skip": "skipped",
    "skipped": "skipped",
    "xfailed": "skipped",
    "untested": "untested",
    "unfinished": "untested",
}
"""pytest reports a test that failed as expected as skipped, and so does its JUnit report: here it is no other."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is recorded of a test's end."""

    status: str
    basis_reason: str | None
    duration: float | None
    """Seconds, of a test that passed."""
    attributes: Mapping[str, str]


def ending_of(word: str, duration_seconds: float | None, reason: str | None) -> Ending:
    """Raises UsageError for an unknown word."""
    if word not in _STATUS_OF_WORD:
        raise UsageError(
            f"a test cannot end with {word!r}", hint=f"It is one of: {', '.join(_STATUS_OF_WORD)}"
        )
    status = _STATUS_OF_WORD[word]
    attributes = {} if word == status else {"outcome": word}
    if status == "ok":
        return Ending(status, reason, duration_seconds, attributes)
    if status != "failed":
        return Ending(status, reason or f"{word}, without a reason", None, attributes)
    if duration_seconds is not None:
        attributes["seconds_until_failure"] = repr(duration_seconds)
    return Ending(status, reason, None, attributes)
