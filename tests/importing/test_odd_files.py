"""Files with odd names, odd bytes, and files that change while they are looked at."""

import json
import os
from pathlib import Path

import pytest
from tables import NAME, row, table, write

from benchmart.errors import UsageError
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from collectors.importing import FileReport, Outcome, import_paths

_BENCH = Path(__file__).parents[1] / "adapters" / "llama_bench" / "json" / "bench.json"


def _subjects(log: EventLog) -> list[str]:
    return sorted(log.read(RESULT_RECORDED, ["subject"]).column(0).to_pylist())


@pytest.mark.parametrize(
    "folder", ["a|b", "line\nbreak", "tab\tand space", "quote'\"", "ü 漢字 🙂", "-rf", "$(x);&", "%s{}"]
)
def test_any_name_is_told_as_it_is(log: EventLog, tmp_path: Path, folder: str) -> None:
    path = write(tmp_path / folder / NAME, table("hopnet_a"))
    (file,) = import_paths(log, [tmp_path / folder]).files
    assert (file.path, file.new) == (str(path), 1)
    assert log.read(RESULT_RECORDED, ["source_uri"]).column(0).to_pylist() == [str(path)]
    assert json.loads(json.dumps({"path": file.path})) == {"path": str(path)}


def test_a_bar_in_the_name_of_a_file_or_a_model_separates_nothing(log: EventLog, tmp_path: Path) -> None:
    benches = [bench | {"model_type": "hop|7B"} for bench in json.loads(_BENCH.read_bytes())]
    path = write(tmp_path / "hop|7B|fa=1.json", json.dumps(benches))
    (file,) = import_paths(log, [path]).files
    assert (file.path, file.format, file.new) == (str(path), "llama_bench", len(benches))
    held = log.read(RESULT_RECORDED, ["source_uri"]).column(0).to_pylist()
    assert set(held) == {str(path)}


@pytest.mark.parametrize(
    ("before", "line_end"), [(b"\xef\xbb\xbf", "\n"), (b"", "\r\n"), (b"\xef\xbb\xbf", "\r\n")]
)
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(
    log: EventLog, tmp_path: Path, before: bytes, line_end: str
) -> None:
    written = table("hopnet_a", "hopnet_b").replace("\n", line_end).encode()
    (file,) = import_paths(log, [write(tmp_path / NAME, before + written)]).files
    assert (file.format, file.new, file.quarantined) == ("timm_csv", 2, 0)
    assert _subjects(log) == ["hopnet_a", "hopnet_b"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_text_that_is_not_utf8_is_kept_whole_and_never_half_read(
    log: EventLog, tmp_path: Path, encoding: str
) -> None:
    (file,) = import_paths(log, [write(tmp_path / NAME, table("hopnet_a").encode(encoding))]).files
    assert (file.outcome, file.records, file.quarantined) == (Outcome.QUARANTINED, 0, 1)


def test_a_row_in_another_encoding_spoils_itself_only(log: EventLog, tmp_path: Path) -> None:
    written = table("hopnet_a").encode() + row("hopnét").encode("latin-1") + row("hopnet_b").encode()
    (file,) = import_paths(log, [write(tmp_path / NAME, written)]).files
    assert (file.new, file.quarantined) == (2, 1)
    assert _subjects(log) == ["hopnet_a", "hopnet_b"]


def test_a_link_to_a_file_of_the_same_folder_adds_nothing(log: EventLog, tmp_path: Path) -> None:
    write(tmp_path / "results" / NAME, table("hopnet_a"))
    (tmp_path / "results" / "again").mkdir()
    (tmp_path / "results" / "again" / NAME).symlink_to(Path("..") / NAME)
    (tmp_path / "results" / "again" / f"hard-{NAME}").hardlink_to(tmp_path / "results" / NAME)
    report = import_paths(log, [tmp_path / "results"])
    assert _subjects(log) == ["hopnet_a"]
    assert sorted(file.new for file in report.files) == [0, 0, 1]


def test_a_link_to_itself_is_named_and_the_others_are_read(log: EventLog, tmp_path: Path) -> None:
    write(tmp_path / "results" / NAME, table("hopnet_a"))
    (tmp_path / "results" / "loop.csv").symlink_to("loop.csv")
    by_name = _by_name(import_paths(log, [tmp_path / "results"]).files)
    assert by_name["loop.csv"].reason == "cannot be read: Too many levels of symbolic links"
    assert by_name[NAME].new == 1
    with pytest.raises(UsageError, match=r"no such file or folder: .*loop\.csv"):
        import_paths(log, [tmp_path / "results" / "loop.csv"])


def test_a_file_that_vanishes_before_it_is_read_is_named_and_the_others_are_read(
    log: EventLog, tmp_path: Path
) -> None:
    write(tmp_path / "results" / "a.csv", "x")
    write(tmp_path / "results" / NAME, table("hopnet_a"))

    def tidy_up(path: Path, _done: int, _total: int) -> None:
        if path.name == "a.csv":
            path.unlink()

    by_name = _by_name(import_paths(log, [tmp_path / "results"], progress=tidy_up).files)
    assert by_name["a.csv"].reason == "cannot be read: No such file or directory"
    assert by_name[NAME].new == 1


def test_a_file_that_becomes_a_folder_or_a_pipe_is_not_waited_for(log: EventLog, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write(tmp_path / "results" / name, "x")

    def replace(path: Path, _done: int, _total: int) -> None:
        path.unlink()
        if path.name == "a.csv":
            path.mkdir()
        else:
            os.mkfifo(path)

    by_name = _by_name(import_paths(log, [tmp_path / "results"], progress=replace).files)
    assert by_name["a.csv"].outcome is Outcome.UNTOUCHED
    assert by_name["b.csv"].reason == "not a regular file"


def test_a_line_that_is_still_being_written_is_set_aside_and_taken_when_it_is_whole(
    log: EventLog, tmp_path: Path
) -> None:
    whole = table("hopnet_a") + row("hopnet_b", 512)
    path = write(tmp_path / NAME, whole[:-12])
    (first,) = import_paths(log, [path]).files
    assert (first.new, first.quarantined) == (1, 1)
    assert _subjects(log) == ["hopnet_a"]
    (second,) = import_paths(log, [write(path, whole)]).files
    assert second.quarantined == 0
    assert set(_subjects(log)) == {"hopnet_a", "hopnet_b"}


@pytest.mark.parametrize(
    "refusal", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")]
)
def test_a_file_whose_reading_fails_is_named_with_the_reason(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: OSError
) -> None:
    def refuse(_path: Path) -> bytes:
        raise refusal

    path = write(tmp_path / NAME, table("hopnet_a"))
    monkeypatch.setattr(Path, "read_bytes", refuse)
    (file,) = import_paths(log, [path]).files
    assert (file.outcome, file.reason) == (Outcome.FAILED, f"cannot be read: {refusal.strerror}")


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/proc/self/environ"])
def test_devices_and_files_without_a_size_are_not_read_without_end(log: EventLog, device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"there is no {device} here")
    (file,) = import_paths(log, [Path(device)]).files
    assert file.records == 0
    assert file.reason in {"not a regular file", "the file is empty"}


def _by_name(files: tuple[FileReport, ...]) -> dict[str, FileReport]:
    return {Path(file.path).name: file for file in files}
