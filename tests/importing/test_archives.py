"""Archives and bombs: what is inside a single compressed file is read, up to a limit, and nothing is unpacked twice."""

import gzip
import io
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import NAME, table, write

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import DOCUMENT_QUARANTINED
from collectors.adapters import zip_archive
from collectors.importing import Outcome, import_paths
from collectors.importing.compressed import TooLarge, decompressed

_TABLE = table("hopnet_a", "hopnet_b").encode()


def _zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.csv", content)
    return buffer.getvalue()


def _encrypted(content: bytes) -> bytes:
    """An archive whose member claims to be encrypted, in its own header and in the table of contents."""
    data = bytearray(_zipped(content))
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags_at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_an_archive_of_one_file_is_read_as_that_file(log: EventLog, tmp_path: Path, method: int) -> None:
    packed = write(tmp_path / "packed" / NAME, _zipped(_TABLE, method=method))
    plain = write(tmp_path / "plain" / NAME, _TABLE)
    first, second = import_paths(log, [packed, plain]).files
    assert (first.format, first.new) == ("timm_csv", 2)
    assert (second.new, second.known) == (0, 2)


def test_an_archive_of_several_files_is_kept_with_a_word_on_what_to_do(log: EventLog, tmp_path: Path) -> None:
    packed = _zipped(_TABLE, _TABLE)
    (file,) = import_paths(log, [write(tmp_path / "results.zip", packed)]).files
    assert (file.outcome, file.format, file.quarantined) == (Outcome.QUARANTINED, "zip_archive", 1)
    assert file.reason is not None
    assert file.reason.endswith("files in it: 2. Unpack it and import the folder")
    assert log.read(DOCUMENT_QUARANTINED, ["document"]).column(0).to_pylist() == [packed]


def test_an_archive_of_several_files_too_large_to_keep_is_left_where_it_is(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_archive, "_LARGEST_BYTES", 100)
    large = _zipped(bytes(17 * 2**20), b"", method=zipfile.ZIP_STORED)
    (file,) = import_paths(log, [write(tmp_path / "weights.zip", large)]).files
    assert (file.outcome, file.quarantined) == (Outcome.FAILED, 0)
    assert file.reason is not None
    assert "the file was left where it is" in file.reason


def test_a_spreadsheet_is_to_be_saved_as_csv(log: EventLog, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    (file,) = import_paths(log, [write(tmp_path / "table.xlsx", buffer.getvalue())]).files
    assert file.reason == "is an office document, which is not read. Save its table as CSV and import that"


@pytest.mark.parametrize("pack", [gzip.compress, _zipped])
def test_a_bomb_is_left_before_it_fills_the_memory(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(100_000_000))
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="decompresses to more than 1,000,000 bytes"):
            decompressed(bomb, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pack", [gzip.compress, _zipped])
def test_what_holds_as_much_as_is_read_at_most_is_read(pack: Callable[[bytes], bytes]) -> None:
    assert decompressed(pack(b"x" * 1000), 1000) == b"x" * 1000


@pytest.mark.parametrize("outer", [gzip.compress, _zipped])
@pytest.mark.parametrize("inner", [gzip.compress, _zipped])
def test_an_archive_inside_an_archive_is_not_unpacked(
    log: EventLog, tmp_path: Path, outer: Callable[[bytes], bytes], inner: Callable[[bytes], bytes]
) -> None:
    nested = inner(_TABLE)
    (file,) = import_paths(log, [write(tmp_path / NAME, outer(nested))]).files
    assert (file.outcome, file.records) == (Outcome.QUARANTINED, 0)
    assert log.read(DOCUMENT_QUARANTINED, ["document"]).column(0).to_pylist() == [nested]


def test_an_archive_that_needs_a_password_is_kept_as_it_is(log: EventLog, tmp_path: Path) -> None:
    locked = _encrypted(_TABLE)
    assert decompressed(locked, 10_000) == locked
    (file,) = import_paths(log, [write(tmp_path / NAME, locked)]).files
    assert (file.outcome, file.format) == (Outcome.QUARANTINED, "zip_archive")


@settings(deadline=None)
@given(st.sampled_from([gzip.compress, _zipped]), st.data())
def test_a_damaged_archive_gives_what_it_held_or_stays_as_it_is(
    pack: Callable[[bytes], bytes], data: st.DataObject
) -> None:
    damaged = bytearray(pack(_TABLE))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    assert decompressed(cut, 10_000) in (cut, _TABLE)


def test_a_checksum_that_does_not_fit_is_damage() -> None:
    packed = bytearray(_zipped(_TABLE, method=zipfile.ZIP_STORED))
    packed[packed.index(b"hopnet_a")] ^= 1
    assert zlib.crc32(_TABLE) != zlib.crc32(_TABLE.replace(b"hopnet_a", b"iopnet_a"))
    assert decompressed(bytes(packed), 10_000) == bytes(packed)
