"""JUnit reports in XML: one record a test case, its `time` in seconds.

There is no one standard; what all tools share is read: `testsuite`, `testcase`, and within it `failure`, `error` or
`skipped`. A document with a DOCTYPE is refused: no tool writes one, and entities can be made to fill any memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.moments import moment_or_none
from collectors.adapters.numbers import not_negative

NAME = "junit_xml"
VERSION = "1"

_TELLING = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*(?:<!DOCTYPE\s+testsuites?\b|<testsuites?[\s>/])",
    re.DOTALL,
)
_SEEN_BYTES = 4096
_MESSAGE_CHARACTERS = 1000
_ERROR_CLASSES = (
    (re.compile(r"timeout|timed.?out", re.IGNORECASE), "timeout"),
    (re.compile(r"out.?of.?memory|memoryerror", re.IGNORECASE), "out_of_memory"),
)


@dataclass(frozen=True, slots=True)
class _Suite:
    name: str | None = None
    timestamp: str | None = None
    hostname: str | None = None


def _recognises(document: Document) -> bool:
    return _TELLING.match(document.data[:_SEEN_BYTES]) is not None


def _read(document: Document) -> Findings:
    cases = list(_cases(_root(document)))
    if not cases:
        raise NotResults("empty: a report without test cases")
    for place, (suite, case) in enumerate(cases, start=1):
        where = f"testcase {place}"
        try:
            yield _event(document, where, suite, case)
        except ValueError as error:
            yield BadRow(where, str(error), ET.tostring(case))


def _root(document: Document) -> ET.Element:
    text = document.text
    if text is None:
        raise DocumentRejected("is not UTF-8 text", hint="Write it anew as UTF-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DocumentRejected("has a DOCTYPE, which is not read", hint="Remove it; no test tool writes one")
    try:
        return ET.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities to expand
    except ET.ParseError as error:
        line, column = error.position
        where = f"line {line} column {column}"
        raise DocumentRejected(
            f"is not XML: {error.msg}", where=where, hint="Was the file cut off?"
        ) from None
    except ValueError as error:
        raise DocumentRejected(f"is not XML that can be read: {error}") from None


def _cases(root: ET.Element) -> Iterator[tuple[_Suite, ET.Element]]:
    """Every test case in the order of the document, with what its suites say; suites may stand in suites."""
    open_elements = [(root, _Suite())]
    while open_elements:
        element, above = open_elements.pop()
        if element.tag == "testcase":
            yield above, element
        elif element.tag in {"testsuites", "testsuite"}:
            here = _Suite(
                element.get("name") or above.name,
                element.get("timestamp") or above.timestamp,
                element.get("hostname") or above.hostname,
            )
            open_elements += [(child, here) for child in reversed(element)]


def _event(document: Document, where: str, suite: _Suite, case: ET.Element) -> Event:
    name, group = case.get("name"), case.get("classname")
    if not name:
        raise ValueError("the test case has no name")
    at = moment_or_none(case.get("timestamp") or suite.timestamp)
    attributes = {key: value for key in ("file", "line") if (value := case.get(key))}
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        occurred_at=at.at if at else None,
        subject_kind="test",
        subject=f"{group}.{name}" if group else name,
        condition={
            key: value for key, value in (("suite", suite.name), ("machine", suite.hostname)) if value
        },
        **_outcome(case, attributes | (at.attributes if at else {})),
    )


def _outcome(case: ET.Element, attributes: dict[str, str]) -> dict[str, Any]:
    seconds = not_negative(case.get("time", "")) if case.get("time") else None
    problem = next((child for child in case if child.tag in {"failure", "error"}), None)
    if problem is None and (skipped := case.find("skipped")) is not None:
        reason = _message(skipped) or "the test was skipped, and the report does not say why"
        return {"status": "skipped", "basis": "untested", "basis_reason": reason, "attributes": attributes}
    if problem is None:
        metrics = () if seconds is None else (Metric("duration", "second", seconds),)
        return {"status": "ok", "basis": "measured", "attributes": attributes, "metrics": metrics}
    until = {} if seconds is None else {"seconds_until_failure": repr(seconds)}
    kind = problem.get("type") or ""
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": _error_class(kind, _message(problem)),
        "error_message": _message(problem) or kind or problem.tag,
        "attributes": attributes | until | {"outcome": problem.tag} | ({"error_type": kind} if kind else {}),
    }


def _error_class(kind: str, message: str) -> str:
    """By the type when it has one; the message may speak of anything."""
    said = kind or message
    return next((name for pattern, name in _ERROR_CLASSES if pattern.search(said)), "other")


def _message(element: ET.Element) -> str:
    return (element.get("message") or (element.text or "").strip())[:_MESSAGE_CHARACTERS]


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
