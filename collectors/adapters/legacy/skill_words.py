"""What the words of a historical skill test claim, such as `Success (REAL)` and `Failed CPU initialization`."""

import re
from collections.abc import Mapping
from typing import Any

from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.skill_numbers import leaves

_SUCCESS = re.compile(r"success|valid\s*\(", re.IGNORECASE)
_ABSENT = re.compile(
    r"not available|no \S+-capable device|module not found|not installed|not detected", re.IGNORECASE
)
_FAILURE = re.compile(r"\s*(\(\w+\) *)?(failed\b|error\b|handler error\b|invalid inputs)", re.IGNORECASE)
_REAL = re.compile(r"\s*\(?(real|mock)\)?( - .*)?\s*$", re.IGNORECASE)
_UNKNOWN = re.compile(r"\s*(unknown|not tested|none)\s*$", re.IGNORECASE)
_CLAIMS = ((_SUCCESS, "ok"), (_FAILURE, "failed"), (_REAL, "ok"), (_UNKNOWN, "untested"))


def verdict(key: str, value: object) -> str | None:
    """The status that the value under `key` claims; None for outputs, types and the like, which claim none."""
    if isinstance(value, bool) and key in {"", "success"}:
        return "ok" if value else "failed"
    if not isinstance(value, str) or not value.strip():
        return None
    if key == "error" or key.endswith("_error"):
        return "failed"
    return next((status for pattern, status in _CLAIMS if pattern.match(value)), None) or (
        "skipped" if _ABSENT.search(value) else None
    )


def judged_by_words(block: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome that the words in a block claim together: one failure inside outweighs a success."""
    told = [(one, verdict(key, one)) for key, one in leaves(block).items()]
    if any(status == "failed" for _, status in told):
        said = [one for one, status in told if status == "failed" and isinstance(one, str)]
        return outcome.failed(*said)
    claims = {status for _, status in told}
    if "ok" in claims:
        return outcome.worked()
    if "skipped" in claims:
        reason = next(str(one) for one, status in told if status == "skipped")
        return {
            "status": "skipped",
            "basis": "untested",
            "basis_reason": reason,
            "error_class": "device_absent",
        }
    return outcome.untested("the test does not say what became of it")


def judged_by_output(record: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome of an example: it works unless its status or its output tells of an error."""
    output = record.get("output")
    inner = output if isinstance(output, dict) else {}
    said = inner.get("error") or record.get("error")
    claimed = outcome.status(record.get("status", record.get("success")))
    texts = [one for one in (said, output, inner.get("text")) if isinstance(one, str)]
    is_error = isinstance(said, str) or any(verdict("output", one) == "failed" for one in texts)
    if is_error or claimed == "failed":
        return outcome.failed(*texts)
    return outcome.worked()
