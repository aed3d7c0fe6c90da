"""JUnit reports in XML: one record a test case, its `time` in seconds.

There is no one standard; what all tools share is read: `testsuite`, `testcase`, and within it `failure`, `error` or
`skipped`. GoogleTest and CTest tell by `status` and `result` alone that a test did not run. A test that failed first
and then passed has passed; how often it was tried is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.parts import findings
from collectors.adapters.code_tools.xml_tree import (
    SEEN_BYTES,
    child,
    root_of,
    root_pattern,
    seconds_of,
    tag_of,
)
from collectors.adapters.contract import Adapter, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.moments import moment_or_none

NAME = "junit_xml"
VERSION = "2"

_TELLING = root_pattern("testsuites?")
_MESSAGE_CHARACTERS = 1000
_ERROR_CLASSES = (
    (re.compile(r"timeout|timed.?out", re.IGNORECASE), "timeout"),
    (re.compile(r"out.?of.?memory|memoryerror", re.IGNORECASE), "out_of_memory"),
)
_NEVER = "1970-01-01"
"""When GoogleTest says that a test ran which did not."""
_OF_A_CASE = ("file", "line", "value_param", "type_param")
_NOT_RUN = {"notrun", "disabled", "skipped", "suppressed", "ignored", "pending"}
_NOT_PASSED = {"fail", "failed", "failure", "error"}
_EARLIER_TRIES = {"flakyFailure", "flakyError", "rerunFailure", "rerunError"}


@dataclass(frozen=True, slots=True)
class _Suite:
    name: str | None = None
    timestamp: str | None = None
    hostname: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case and what its suites say."""

    where: str
    suite: _Suite
    element: ET.Element

    @property
    def raw(self) -> bytes:
        """The element for a BadRow."""
        return ET.tostring(self.element)


def _recognises(document: Document) -> bool:
    return _TELLING.match(document.data[:SEEN_BYTES]) is not None


def _read(document: Document) -> Findings:
    cases = list(_cases(root_of(document)))
    if not cases:
        raise NotResults("empty: a report without test cases")
    yield from findings(cases, partial(_events, document))


def _cases(root: ET.Element) -> Iterator[_Case]:
    """Every test case in the order of the document; suites may stand in suites."""
    open_elements, count = [(root, _Suite())], 0
    while open_elements:
        element, above = open_elements.pop()
        if tag_of(element) == "testcase":
            count += 1
            yield _Case(f"testcase {count}", above, element)
        elif tag_of(element) in {"testsuites", "testsuite"}:
            here = _Suite(
                element.get("name") or above.name,
                element.get("timestamp") or above.timestamp,
                element.get("hostname") or above.hostname,
            )
            open_elements += [(one, here) for one in reversed(element)]


def _events(document: Document, case: _Case) -> Iterator[Event]:
    element, suite = case.element, case.suite
    name, group = element.get("name"), element.get("classname")
    if not name:
        raise ValueError("the test case has no name")
    told_at = element.get("timestamp") or suite.timestamp
    at = None if (told_at or "").startswith(_NEVER) else moment_or_none(told_at)
    told = {"suite": suite.name, "machine": suite.hostname}
    yield ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=case.where,
        occurred_at=at.at if at else None,
        subject_kind="test",
        subject=f"{group}.{name}" if group else name,
        condition={key: value for key, value in told.items() if value},
        **_outcome(element, _attributes(element) | (at.attributes if at else {})),
    )


def _attributes(element: ET.Element) -> dict[str, str]:
    told = {key: value for key in _OF_A_CASE if (value := element.get(key))}
    properties = child(element, "properties")
    for one in () if properties is None else properties:
        if name := one.get("name"):
            told[f"property.{name}"] = (one.get("value") or one.text or "")[:_MESSAGE_CHARACTERS]
    tries = sum(tag_of(one) in _EARLIER_TRIES for one in element)
    return told | ({"failed_tries": str(tries)} if tries else {})


def _outcome(element: ET.Element, attributes: dict[str, str]) -> dict[str, Any]:
    seconds = seconds_of(element, "time")
    states = {element.get(key, "").lower() for key in ("status", "result")}
    problem, skipped = child(element, "failure", "error"), child(element, "skipped")
    if problem is None and (skipped is not None or states & _NOT_RUN):
        message = "" if skipped is None else _message(skipped)
        is_told = message.lower() not in {"", "true"}  # node's own runner has nothing but `true` to say
        reason = message if is_told else "the test was skipped, and the report does not say why"
        return {"status": "skipped", "basis": "untested", "basis_reason": reason, "attributes": attributes}
    if problem is None and not states & _NOT_PASSED:
        metrics = () if seconds is None else (Metric("duration", "second", seconds),)
        return {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}
    if seconds is not None:
        attributes["seconds_until_failure"] = repr(seconds)
    return {"status": "failed", "basis": "measured", **_problem(problem, attributes)}


def _problem(problem: ET.Element | None, attributes: dict[str, str]) -> dict[str, Any]:
    if problem is None:
        told = {"error_class": "other", "error_message": "failed; the report does not say why"}
        return told | {"attributes": attributes | {"outcome": "failure"}}
    kind, message = problem.get("type") or "", _message(problem)
    return {
        "error_class": _error_class(kind, message),
        "error_message": message or kind or tag_of(problem),
        "attributes": attributes | {"outcome": tag_of(problem)} | ({"error_type": kind} if kind else {}),
    }


def _error_class(kind: str, message: str) -> str:
    """By the type when it has one; the message may speak of anything."""
    said = kind or message
    return next((name for pattern, name in _ERROR_CLASSES if pattern.search(said)), "other")


def _message(element: ET.Element) -> str:
    return (element.get("message") or (element.text or "").strip())[:_MESSAGE_CHARACTERS]


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
