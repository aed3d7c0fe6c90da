"""What is not understood costs nothing else, and is kept."""

from pathlib import Path

import pytest
import tables
from tables import HEADER, NAME, row, table, write

from benchmart.errors import DocumentRejected, LogError
from benchmart.event_log.events import HardwareObserved, Metric, ResultRecorded
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_QUARANTINED, RESULT_RECORDED
from collectors.adapters.contract import BadRow
from collectors.adapters.registry import ADAPTERS
from collectors.importing import Outcome, import_paths, reading


def _result(**changes: object) -> ResultRecorded:
    told = {
        "collector": "adapter:good",
        "collector_version": "1",
        "subject_kind": "model",
        "subject": "hopnet_a",
        "status": "ok",
        "basis": "measured",
    }
    return ResultRecorded(**told | changes)


def _quarantined(log: EventLog) -> list[dict[str, object]]:
    return log.read(DOCUMENT_QUARANTINED).to_pylist()


def test_a_file_nobody_recognises_is_kept_whole(log: EventLog, tmp_path: Path) -> None:
    content = b"\x00\xffno benchmark\n" * 100
    (file,) = import_paths(log, [write(tmp_path / "picture.png", content)]).files
    assert (file.outcome, file.format, file.reason) == (Outcome.QUARANTINED, None, "not recognised")
    (event,) = _quarantined(log)
    assert (event["document"], event["document_bytes"]) == (content, len(content))
    assert (event["format"], event["reason"]) == (None, "not recognised")
    assert event["source_uri"] == str(tmp_path / "picture.png")


def test_a_rejected_document_is_kept_whole_with_the_line_and_the_reason(
    log: EventLog, tmp_path: Path
) -> None:
    content = HEADER.replace(",param_count", "") + row("hopnet_a")
    (file,) = import_paths(log, [write(tmp_path / NAME, content)]).files
    assert (file.outcome, file.format, file.quarantined) == (Outcome.QUARANTINED, "timm_csv", 1)
    assert file.reason is not None
    assert file.reason.startswith("line 1: missing columns: param_count. ")
    (event,) = _quarantined(log)
    assert event["document"] == content.encode()
    assert (event["source_locator"], event["format"]) == ("line 1", "timm_csv")
    assert str(tmp_path) not in str(event["reason"])


def test_a_bad_row_is_kept_and_the_others_are_taken(log: EventLog, tmp_path: Path) -> None:
    content = table("hopnet_a") + "hopnet_b,160,fast\n" + "hopnet_c\n" + row("hopnet_d")
    (file,) = import_paths(log, [write(tmp_path / NAME, content)]).files
    assert (file.outcome, file.new, file.quarantined) == (Outcome.TAKEN, 2, 2)
    assert file.reason == "line 3: 3 cells under 8 columns (and 1 more)"
    kept = {event["source_locator"]: event["document"] for event in _quarantined(log)}
    assert kept == {"line 3": b"hopnet_b,160,fast", "line 4": b"hopnet_c"}


def test_a_table_without_rows_says_so(log: EventLog, tmp_path: Path) -> None:
    (file,) = import_paths(log, [write(tmp_path / NAME, HEADER)]).files
    assert (file.outcome, file.records, file.reason) == (Outcome.TAKEN, 0, "no rows")


def test_an_unknown_file_too_large_to_keep_is_left_where_it_is(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_UNKNOWN_BYTES", 1000)
    write(tmp_path / "results" / "weights.bin", b"w" * 1001)
    write(tmp_path / "results" / NAME, table(*(f"hopnet_{number}" for number in range(100))))
    known, unknown = import_paths(log, [tmp_path / "results"]).files
    assert (known.outcome, known.new) == (Outcome.TAKEN, 100)
    assert (unknown.outcome, unknown.quarantined) == (Outcome.FAILED, 0)
    assert (
        unknown.reason
        == "not recognised, and 1,001 bytes are too many to keep; the file was left where it is"
    )
    assert _quarantined(log) == []


def test_a_file_too_large_to_read_is_left_unread(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_DOCUMENT_BYTES", 10)
    (file,) = import_paths(log, [write(tmp_path / NAME, table("hopnet_a"))]).files
    assert file.outcome is Outcome.FAILED
    assert file.reason is not None
    assert "files over 10 bytes are not read" in file.reason


@pytest.mark.parametrize(
    ("finding", "reason"),
    [
        (ZeroDivisionError("by zero"), "the adapter bad failed: ZeroDivisionError: by zero"),
        (DocumentRejected("no such layout"), "no such layout"),
        ("a text", "it yielded a str, which is neither events nor a BadRow"),
        (_result(batch_size=2**70), "column batch_size of result_recorded does not take these values"),
        (_result(batch_size="many"), "column batch_size of result_recorded does not take these values"),
        (_result(subject=None), "subject must not be empty"),
        (_result(subject="\ud800"), "surrogates not allowed"),
        (_result(attributes=None), "AttributeError"),
        (_result(metrics=None), "TypeError"),
        (
            _result(metrics=[Metric("latency_mean", "millisecond", None)]),
            "metrics.value must not be empty",
        ),
    ],
)
def test_a_defect_of_an_adapter_costs_neither_the_document_nor_the_others(
    log: EventLog, tmp_path: Path, finding: object, reason: str
) -> None:
    bad = tables.adapter("bad", [_result(), BadRow("line 2", "odd", b"odd"), finding])
    write(tmp_path / "results" / "a.txt", "bad\nall of it\n")
    write(tmp_path / "results" / NAME, table("hopnet_a"))
    first, second = import_paths(log, [tmp_path / "results"], adapters=[bad, *ADAPTERS]).files
    assert (first.outcome, first.format, first.records) == (Outcome.QUARANTINED, "bad", 0)
    assert first.reason is not None
    assert reason in first.reason
    assert (second.outcome, second.new) == (Outcome.TAKEN, 1)
    assert [event["document"] for event in _quarantined(log)] == [b"bad\nall of it\n"]
    assert log.read(RESULT_RECORDED, ["subject"]).column(0).to_pylist() == ["hopnet_a"]


def test_an_adapter_that_fails_while_it_looks_is_passed_over(log: EventLog, tmp_path: Path) -> None:
    blind = tables.adapter("blind", fails_to_look=True)
    write(tmp_path / "results" / NAME, table("hopnet_a"))
    write(tmp_path / "results" / "notes.txt", "no benchmark\n")
    known, unknown = import_paths(log, [tmp_path / "results"], adapters=[blind, *ADAPTERS]).files
    assert (known.format, known.new) == ("timm_csv", 1)
    assert unknown.reason == "not recognised; the adapter blind failed: ValueError: cannot look"


def test_an_adapter_may_yield_events_of_several_kinds(log: EventLog, tmp_path: Path) -> None:
    device = HardwareObserved(
        collector="adapter:good",
        collector_version="1",
        device_kind="cpu",
        device_index=0,
        device="Example 9000X",
    )
    good = tables.adapter("good", [_result(), device, _result(subject="hopnet_b")])
    (file,) = import_paths(log, [write(tmp_path / "a.txt", "good\n")], adapters=[good]).files
    assert (file.records, file.new, file.outcome) == (3, 3, Outcome.TAKEN)
    kinds = {batch.kind for batch in log.files()}
    assert kinds == {"document_imported", "hardware_observed", "result_recorded"}


def test_a_log_that_cannot_be_read_is_an_error_and_not_a_quarantined_document(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(LogError, match="cannot be read: Not a directory"):
        import_paths(EventLog(tmp_path / "home" / "events"), [write(tmp_path / NAME, table("hopnet_a"))])
