"""From pytest's reports to what is recorded of a test.

A test's reports may have been made in another process, so what they do not carry is attached to them where they are
made, in values that survive being sent: texts, numbers, lists and dictionaries.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from benchmart.recording.texts import encodable

_MESSAGE_CHARACTERS = 1000
_OUT_OF_MEMORY = frozenset({"MemoryError", "OutOfMemoryError"})
_DEVICE_KINDS = frozenset(
    {"cpu", "cuda", "mps", "openvino", "qualcomm", "rocm", "tpu", "webgpu", "webnn", "xpu"}
)
_STATISTICS = {
    "mean": "latency_mean",
    "median": "latency_p50",
    "min": "latency_min",
    "max": "latency_max",
    "stddev": "latency_stddev",
}
"""pytest-benchmark's names; all in seconds, of one iteration."""

_FAILED_WORDS = {
    "setup": "error",
    "call": "failed",
    "subtest": "failed",
    "teardown": "error",
    "collect": "error",
}
"""What is no part of a test is what pytest-xdist reports of one whose process died."""
_ERROR_LINE = re.compile(r"^E +((?:\w+\.)*(\w+)(?:: .*)?)$", re.MULTILINE)
"""How pytest shows what was raised, below where it was raised."""

Facts = dict[str, Any]
Report = pytest.TestReport | pytest.CollectReport


def facts_of(item: pytest.Item, call: pytest.CallInfo[Any]) -> Facts:
    """What the item knows and its report does not tell."""
    facts: Facts = {}
    for mark, name in (("benchmart_model", "model"), ("benchmart_hardware", "hardware")):
        found = item.get_closest_marker(mark)
        given = [*found.args, *found.kwargs.values()] if found else []
        if given:
            facts[name] = str(given[0])
    if callspec := getattr(item, "callspec", None):
        facts["parameters"] = str(callspec.id)
    if call.excinfo is not None:
        facts["error_class"] = call.excinfo.typename
    return facts | (_timings(item) if call.when == "call" else {})


def _timings(item: pytest.Item) -> Facts:
    """What pytest-benchmark measured, if the test used its fixture; a fixture of that name may be another's."""
    measured = getattr((getattr(item, "funcargs", None) or {}).get("benchmark"), "stats", None)
    statistics = getattr(measured, "stats", None)
    samples = getattr(statistics, "data", None)
    if not isinstance(samples, list) or not samples or not all(map(_is_number, samples)):
        return {}
    values: dict[str, Any] = {name: getattr(statistics, key, None) for key, name in _STATISTICS.items()}
    facts: Facts = {
        "latencies": {name: float(value) for name, value in values.items() if _is_number(value)},
        "samples": [float(sample) for sample in samples],
    }
    if isinstance(group := getattr(measured, "group", None), str):
        facts["group"] = group
    if isinstance(iterations := getattr(measured, "iterations", None), int):
        facts["iterations"] = str(iterations)
    return facts


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


@dataclass
class Attempt:
    """The reports of one test's setup, call and teardown, as they come in."""

    subject: str
    reports: dict[str, Report] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    error_classes: dict[str, str | None] = field(default_factory=dict)
    """Of each of its parts: a test that failed may fail to be cleaned up as well."""

    def add(self, when: str, report: Report) -> None:
        """Keep one report, and what was attached to it."""
        self.reports[when] = report
        facts = dict(getattr(report, "benchmart", None) or {})
        self.error_classes[when] = facts.pop("error_class", None)
        self.facts.update(facts)

    def add_part(self, report: Report) -> None:
        """Keep the report of a subtest, if it is the first that failed: its test may pass all the same."""
        if report.outcome == "failed":
            self.reports.setdefault("subtest", report)

    def as_record(self) -> dict[str, Any]:
        """Arguments of `Run.record_test`."""
        word, when = self._ending()
        telling = self.reports.get(when)
        facts = self.facts
        condition = {name: facts[name] for name in ("model", "group") if name in facts}
        return {
            "name": self.subject,
            "status": word,
            "duration_seconds": getattr(telling, "duration", None),
            "metrics": _metrics(facts) if word in {"passed", "xpassed"} else None,
            "condition": condition | _other_hardware(facts.get("hardware")),
            "attributes": self._attributes(word),
            "device_kind": facts["hardware"] if facts.get("hardware") in _DEVICE_KINDS else None,
            **_reason(word, telling, self.error_classes.get(when) if when in _FAILED_WORDS else "crash"),
        }

    def _ending(self) -> tuple[str, str]:
        """The word of pytest for the whole test, and which of its reports tells why."""
        for when, report in self.reports.items():
            if report.outcome == "failed":
                return _FAILED_WORDS.get(when, "crashed"), when
        for when, report in self.reports.items():
            if report.outcome == "skipped":
                return "xfailed" if hasattr(report, "wasxfail") else "skipped", when
            if str(report.outcome) == "rerun":
                return "rerun", when
        call = self.reports.get("call")
        if call is None:
            return "unfinished", "setup"
        return "xpassed" if hasattr(call, "wasxfail") else "passed", "call"

    def _attributes(self, word: str) -> dict[str, str]:
        attributes = {"outcome": word}
        for when in ("setup", "teardown"):
            seconds = getattr(self.reports.get(when), "duration", None)
            if seconds is not None:
                attributes[f"{when}_seconds"] = repr(seconds)
        return attributes | {
            name: self.facts[name] for name in ("parameters", "iterations") if name in self.facts
        }


def _metrics(facts: Facts) -> dict[str, tuple[Any, ...]] | None:
    latencies: Mapping[str, float] = facts.get("latencies", {})
    return {
        name: (value, "second", facts["samples"]) if name == "latency_mean" else (value, "second")
        for name, value in latencies.items()
    }


def _other_hardware(hardware: str | None) -> dict[str, str]:
    """Hardware that is no kind of device is a word of the project's own."""
    return {"hardware": hardware} if hardware and hardware not in _DEVICE_KINDS else {}


def _reason(word: str, report: Report | None, error_class: str | None) -> dict[str, str | None]:
    if word in {"passed", "xpassed"}:
        return {}
    if word == "unfinished":
        return {"basis_reason": "the session ended before the test"}
    shown, message = _raised(_message(report))
    message = encodable(message[:_MESSAGE_CHARACTERS])
    if word in {"skipped", "xfailed"}:
        return {"basis_reason": message or None}
    return {"error_class": _error_class(error_class or shown, message), "error_message": message}


def _raised(message: str) -> tuple[str | None, str]:
    """The class and the last line of what was raised where the message is a whole traceback, as of a collection."""
    lines = _ERROR_LINE.findall(message)
    return (lines[-1][1], lines[-1][0]) if lines else (None, message)


def _error_class(name: str | None, message: str) -> str:
    if name in _OUT_OF_MEMORY:
        return "out_of_memory"
    # pytest-timeout fails a test by hand, as anybody may.
    if name == "TimeoutError" or (name == "Failed" and message.startswith(("Timeout", "Failed: Timeout"))):
        return "timeout"
    return name or "other"


def _message(report: Report | None) -> str:
    expected = getattr(report, "wasxfail", None)
    if expected:
        return str(expected)
    told: Any = getattr(report, "longrepr", None)
    if isinstance(told, tuple):
        return str(told[-1]).removeprefix("Skipped: ")
    crash = getattr(told, "reprcrash", None)
    message = str(crash.message if crash is not None else told or "").strip()
    return "" if message.startswith("_pytest.outcomes.") else message
