"""Printed output as a terminal shows it: colours, progress that was written over, line ends of Windows."""

from benchmart.event_log.events import Event
from collectors.adapters.code_tools.cargo_bench import ADAPTER
from collectors.adapters.document import Document

_LINE = "hop 20                  time:   [26.029 us 26.251 us 26.505 us]"


def _subjects(text: str) -> list[str]:
    document = Document("cargo.txt", text.encode())
    assert ADAPTER.recognises(document)
    findings = list(ADAPTER.read(document))
    assert all(isinstance(finding, Event) for finding in findings), findings
    return [finding.subject for finding in findings]  # type: ignore[union-attr]


def test_colours_are_no_part_of_a_line() -> None:
    assert _subjects(f"\x1b[32m{_LINE}\x1b[0m\n") == ["hop 20"]


def test_what_a_carriage_return_wrote_over_is_not_read() -> None:
    assert _subjects(f"Benchmarking hop 20: Analyzing\r\x1b[K{_LINE}\n") == ["hop 20"]


def test_line_ends_of_windows_are_line_ends() -> None:
    assert _subjects(f"{_LINE}\r\n{_LINE}\r\n") == ["hop 20", "hop 20"]
