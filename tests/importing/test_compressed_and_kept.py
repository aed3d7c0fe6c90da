"""Files compressed with gzip, files that lie beside a document, and documents that hold no results."""

import gzip
import json
from pathlib import Path

import pytest
from tables import NAME, table, write

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_IMPORTED, RESULT_RECORDED
from collectors.importing import Outcome, import_paths, reading
from collectors.importing.companions import companions_of
from collectors.importing.compressed import TooLarge, decompressed

_MACHINE = json.dumps({"arch": "x", "cpu": "y", "machine": "z", "os": "l", "ram": "1", "version": 1})


def test_a_compressed_file_is_read_as_what_it_holds(log: EventLog, tmp_path: Path) -> None:
    plain = write(tmp_path / "plain" / NAME, table("hopnet_a"))
    packed = tmp_path / "packed" / NAME
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    first, second = import_paths(log, [packed, plain]).files
    assert (first.format, first.new) == ("timm_csv", 1)
    assert (second.new, second.known) == (0, 1)


def test_a_bomb_is_left_before_it_fills_the_memory(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(10_000_000)))
    monkeypatch.setattr(reading, "LARGEST_DOCUMENT_BYTES", 100_000)
    (file,) = import_paths(log, [bomb]).files
    assert file.outcome is Outcome.FAILED
    assert file.reason is not None
    assert "decompresses to more than 100,000 bytes" in file.reason


def test_bytes_that_only_begin_like_gzip_are_kept_as_they_are() -> None:
    whole = gzip.compress(b"results")
    assert decompressed(whole[:-3], 100) == whole[:-3]
    assert decompressed(b"\x1f\x8b\x08 and text", 100) == b"\x1f\x8b\x08 and text"
    with pytest.raises(TooLarge):
        decompressed(whole, 3)


def test_a_configuration_is_kept_whole_once_and_is_no_result(log: EventLog, tmp_path: Path) -> None:
    path = write(tmp_path / "machine.json", _MACHINE)
    (file,) = import_paths(log, [path]).files
    assert (file.outcome, file.format, file.records) == (Outcome.UNTOUCHED, "asv", 0)
    import_paths(log, [path])
    assert log.read(DOCUMENT_IMPORTED, ["document"]).column(0).to_pylist() == [_MACHINE.encode()]
    assert not log.files(RESULT_RECORDED.name)


def test_what_lies_beside_a_document_is_read_and_anything_else_counts_as_absent(tmp_path: Path) -> None:
    write(tmp_path / "a" / "config.json", "{}")
    find = companions_of(write(tmp_path / "a" / "b" / "result.json", "[]"))
    assert find("../config.json") == b"{}"
    assert [find(path) for path in ("..", "none", "/etc/hostname", "a\0b", "../" * 9 + "x")] == [None] * 5
