"""What scripts write beside results of llama-bench: the machine and the hours of a sweep, and tables made of its logs.

Known only while the results lie beside them: they tell nothing that is not told there, or no result at all. Without
the results they are documents like any other.
"""

from pathlib import PurePath
from typing import Any

from collectors.adapters.document import Document

_SWEEP_NOTES = {"run_info.json", "system_info.json"}
_SWEEP_RESULTS = "results.jsonl"
_RUN = ("test", "tps_mean", "log", "error")
_FOLDERS_OF_LOGS = ("md_logs", "logs", "results", ".", "../results")


def why_no_results(document: Document) -> str | None:
    """What the document is instead; None when it is nothing of the kind."""
    if document.name in _SWEEP_NOTES:
        is_beside = isinstance(document.json, dict) and document.companion(_SWEEP_RESULTS) is not None
        return (
            f"configuration: of the sweep whose tests are in {_SWEEP_RESULTS} beside it"
            if is_beside
            else None
        )
    if not document.name.endswith(".json"):
        return None
    log = _first_log(document.json)
    if log and any(document.companion(f"{folder}/{log}") for folder in _FOLDERS_OF_LOGS):
        return "derived summary: repeats the logs of llama-bench beside it"
    return None


def _first_log(value: Any) -> str | None:
    """The name of a log that a table of runs was made of."""
    runs = value.get("runs") if isinstance(value, dict) else None
    first = runs[0] if isinstance(runs, list) and runs else None
    if not isinstance(first, dict) or any(key not in first for key in _RUN):
        return None
    return PurePath(first["log"]).name or None if isinstance(first["log"], str) else None
