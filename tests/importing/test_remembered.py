"""A file that is as it was is not read again: an import costs what is new."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tables import HEADER, NAME, adapter, row, table, write

from benchmart.event_log.events import ResultRecorded, ResultRetracted
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_IMPORTED, RESULT_RECORDED, RESULT_RETRACTED
from collectors.adapters.contract import Adapter, provenance
from collectors.adapters.document import Document
from collectors.importing import import_paths

_CACHE = ".imported_documents.jsonl"


class _Counting:
    """An adapter whose results depend on what lies beside, and which counts how often it reads."""

    def __init__(self, version: str = "1") -> None:
        self.reads = 0
        self.adapter = Adapter("counting", version, lambda document: document.name == "run.txt", self._read)

    def _read(self, document: Document) -> Iterator[ResultRecorded]:
        self.reads += 1
        beside = document.companion("../machine.txt")
        yield ResultRecorded(
            **provenance(document, "counting", self.adapter.version),
            subject_kind="test",
            subject=document.data.decode(),
            status="ok",
            basis="measured",
            device=beside.data.decode() if beside else None,
        )


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write(tmp_path / "results" / "machine.txt", "one")
    return write(tmp_path / "results" / "runs" / "run.txt", "walk")


def _devices(log: EventLog) -> list[str | None]:
    return sorted(log.read(RESULT_RECORDED, ["device"]).column(0).to_pylist(), key=str)


def test_a_file_that_is_as_it_was_is_not_read_and_reported_as_known(log: EventLog, run: Path) -> None:
    counting = _Counting()
    first = import_paths(log, [run], adapters=[counting.adapter]).files[0]
    again = import_paths(log, [run], adapters=[counting.adapter]).files[0]
    assert counting.reads == 1
    assert again == replace(first, new=0, known=1)


def test_a_changed_file_is_read(log: EventLog, run: Path) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter])
    run.write_text("jump")
    assert import_paths(log, [run], adapters=[counting.adapter]).files[0].new == 1
    assert counting.reads == 2


def test_what_became_a_pipe_is_not_waited_for(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    run.unlink()
    os.mkfifo(run)
    assert import_paths(log, [run], adapters=[_Counting().adapter]).files[0].reason == "not a regular file"


@pytest.mark.parametrize("beside", ["two", None])
def test_a_file_is_read_again_when_what_lies_beside_it_has_changed(
    log: EventLog, run: Path, beside: str | None
) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter])
    machine = run.parent.parent / "machine.txt"
    if beside is None:
        machine.unlink()
    else:
        machine.write_text(beside)
    assert import_paths(log, [run], adapters=[counting.adapter]).files[0].new == 1
    assert _devices(log) == sorted(["one", beside], key=str)


def test_another_version_of_an_adapter_reads_again(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    newer = _Counting("2")
    import_paths(log, [run], adapters=[newer.adapter])
    assert newer.reads == 1


def test_another_adapter_gets_to_see_what_was_read_before(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[adapter("none")])
    counting = _Counting()
    assert import_paths(log, [run], adapters=[adapter("none"), counting.adapter]).files[0].new == 1


def test_what_the_log_has_lost_is_read_again(log: EventLog, run: Path) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter])
    [file] = log.files(RESULT_RECORDED.name)
    file.below(log.root).unlink()
    assert import_paths(log, [run], adapters=[counting.adapter]).files[0].new == 1
    assert _devices(log) == ["one"]


def test_the_memory_of_another_log_does_not_count(log: EventLog, run: Path, tmp_path: Path) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter])
    other = EventLog(tmp_path / "other" / "events")
    other.root.mkdir(parents=True)
    shutil.copy(log.root / _CACHE, other.root / _CACHE)
    assert import_paths(other, [run], adapters=[counting.adapter]).added == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xfe",
        b"[1]\n7\nnull\n",
        b'{"adapters": 3}\n',
        pytest.param(None, id="cut"),
    ],
)
def test_a_damaged_memory_is_as_good_as_none(log: EventLog, run: Path, damage: bytes | None) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter])
    cache = log.root / _CACHE
    cache.write_bytes(cache.read_bytes()[:-20] if damage is None else damage)
    assert import_paths(log, [run], adapters=[counting.adapter]).added == 0
    assert counting.reads == 2


@pytest.mark.parametrize("key", ["size", "bytes", "document", "beside", "report", "held"])
def test_an_entry_of_the_memory_that_makes_no_sense_is_as_good_as_none(
    log: EventLog, run: Path, key: str
) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter])
    cache = log.root / _CACHE
    line = json.loads(cache.read_text())
    for seen in line["files"].values():
        seen[key] = 7
    cache.write_text(json.dumps(line))
    assert import_paths(log, [run], adapters=[counting.adapter]).added == 0
    assert counting.reads == 2


def test_a_dry_run_is_not_remembered(log: EventLog, run: Path) -> None:
    counting = _Counting()
    import_paths(log, [run], adapters=[counting.adapter], dry_run=True)
    assert not (log.root / _CACHE).exists()
    assert import_paths(log, [run], adapters=[counting.adapter]).added == 1


def test_a_copy_elsewhere_is_told_of_although_its_results_are_known(log: EventLog, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        import_paths(log, [write(tmp_path / folder / NAME, table("hopnet_a"))])
    assert len(log.read(DOCUMENT_IMPORTED)) == 2


def _subjects(log: EventLog) -> list[str]:
    return sorted(log.read(RESULT_RECORDED, ["subject"]).column(0).to_pylist())


def test_rows_that_were_there_before_a_file_grew_are_no_new_results(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / NAME, "")
    counts = []
    for grown in (HEADER + row("hopnet_a"), row("hopnet_b"), row("hopnet_c"), ""):
        path.write_text(path.read_text() + grown)
        file = import_paths(log, [path]).files[0]
        counts.append((file.records, file.new, file.known, file.quarantined))
    assert counts == [(1, 1, 0, 0), (2, 1, 1, 0), (3, 1, 2, 0), (3, 0, 3, 0)]
    assert _subjects(log) == ["hopnet_a", "hopnet_b", "hopnet_c"]


def test_a_line_that_was_cut_off_is_taken_when_its_rest_has_come(log: EventLog, tmp_path: Path) -> None:
    whole = HEADER + row("hopnet_a") + row("hopnet_b")
    path = write(tmp_path / NAME, whole[:-5])
    assert import_paths(log, [path]).files[0].quarantined == 1
    path.write_text(whole)
    file = import_paths(log, [path]).files[0]
    assert (file.records, file.new, file.quarantined) == (2, 1, 0)


def test_a_file_that_was_written_anew_is_another_run_even_if_rows_are_equal(
    log: EventLog, tmp_path: Path
) -> None:
    path = write(tmp_path / NAME, table("hopnet_a", "hopnet_b"))
    import_paths(log, [path])
    path.write_text(table("hopnet_a", "hopnet_c"))
    assert import_paths(log, [path]).files[0].new == 2
    assert _subjects(log) == ["hopnet_a", "hopnet_a", "hopnet_b", "hopnet_c"]


def test_long_tables_grow_too(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / NAME, table(*(f"hopnet_{number}" for number in range(600))))
    import_paths(log, [path])
    path.write_text(path.read_text() + row("hopnet_b"))
    file = import_paths(log, [path]).files[0]
    assert (file.records, file.new, file.known) == (601, 1, 600)


def _retracted(log: EventLog) -> list[str]:
    told = (
        log.read(RESULT_RETRACTED, ["target_event_id", "action", "recorded_at"])
        .sort_by("recorded_at")
        .to_pylist()
    )
    last = {one["target_event_id"]: one["action"] for one in told}
    targets = {target for target, action in last.items() if action == "retract"}
    results = log.read(RESULT_RECORDED, ["event_id", "device"]).to_pylist()
    return sorted(str(result["device"]) for result in results if result["event_id"] in targets)


def test_what_a_file_said_beside_another_file_is_retracted_when_it_is_read_anew(
    log: EventLog, run: Path
) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    (run.parent.parent / "machine.txt").write_text("two")
    file = import_paths(log, [run], adapters=[_Counting().adapter]).files[0]
    assert (file.new, file.superseded) == (1, 1)
    assert _retracted(log) == ["one"]
    again = import_paths(log, [run], adapters=[_Counting("2").adapter])
    assert again.added == 0


def test_what_a_file_says_again_is_restored_and_can_be_retracted_again(log: EventLog, run: Path) -> None:
    seen = []
    for machine in ("one", "two", "one", "two"):
        (run.parent.parent / "machine.txt").write_text(machine)
        import_paths(log, [run], adapters=[_Counting().adapter])
        seen.append(_retracted(log))
    assert seen == [[], ["one"], ["two"], ["one"]]
    assert _devices(log) == ["one", "two"]


def test_what_a_person_has_restored_stays_so(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    (run.parent.parent / "machine.txt").write_text("two")
    import_paths(log, [run], adapters=[_Counting().adapter])
    [target] = log.read(RESULT_RETRACTED, ["target_event_id"]).column(0).to_pylist()
    log.append(
        [
            ResultRetracted(
                collector="cli", collector_version="1", target_event_id=target, action="restore", reason="no"
            )
        ]
    )
    assert import_paths(log, [run], adapters=[_Counting("2").adapter]).added == 0
    assert _retracted(log) == []


def test_what_a_person_has_retracted_stays_so(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    [event_id] = log.read(RESULT_RECORDED, ["event_id"]).column(0).to_pylist()
    by_hand = ResultRetracted(
        collector="cli", collector_version="1", target_event_id=event_id, action="retract", reason="noise"
    )
    log.append([by_hand])
    assert import_paths(log, [run], adapters=[_Counting("2").adapter]).added == 0
    assert _retracted(log) == ["one"]


def test_a_newer_adapter_that_gives_the_same_retracts_nothing(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    assert import_paths(log, [run], adapters=[_Counting("2").adapter]).added == 0


def test_a_dry_run_tells_what_would_be_retracted_and_retracts_nothing(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    (run.parent.parent / "machine.txt").write_text("two")
    report = import_paths(log, [run], adapters=[_Counting().adapter], dry_run=True)
    assert (report.superseded, report.added, _retracted(log)) == (1, 2, [])


def test_what_is_not_understood_any_more_retracts_nothing(log: EventLog, run: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    import_paths(log, [run], adapters=[adapter("none")])
    assert _retracted(log) == []


def test_the_same_bytes_elsewhere_retract_nothing(log: EventLog, run: Path, tmp_path: Path) -> None:
    import_paths(log, [run], adapters=[_Counting().adapter])
    import_paths(log, [write(tmp_path / "alone" / "run.txt", "walk")], adapters=[_Counting().adapter])
    assert _retracted(log) == []
    assert _devices(log) == sorted(["one", None], key=str)
