"""Verify names every file that is not what it was; checkpoints prove what was there."""

import json
from pathlib import Path

import pytest

from benchmart.errors import LogCorrupted, LogError
from benchmart.event_log.log import EventLog
from benchmart.event_log.verify import check_file

from .samples import ONE_OF_EVERY_KIND, bytes_of, overwrite, result


@pytest.fixture
def paths(log: EventLog) -> list[str]:
    """A log with a file of every kind; their paths below its root."""
    return [log.append([event]).file.relative for event in ONE_OF_EVERY_KIND]


def _checkpoints(log: EventLog) -> list[Path]:
    return sorted((log.root / ".checkpoints").iterdir())


def test_an_absent_log_is_sound_and_empty(log: EventLog) -> None:
    found = log.verify()
    assert (found.checked, found.checkpoint, found.is_sound) == (0, None, True)
    assert not log.root.exists()


def test_an_untouched_log_is_sound(log: EventLog, paths: list[str]) -> None:
    found = log.verify()
    assert (found.checked, found.is_sound, found.added) == (len(paths), True, [])


def test_an_altered_file_is_named(log: EventLog, paths: list[str]) -> None:
    content = bytearray(bytes_of(log, paths[2]))
    content[len(content) // 2] ^= 1
    overwrite(log, paths[2], bytes(content))
    found = log.verify()
    assert found.altered == [paths[2]]
    assert not found.is_sound


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_truncated_file_is_named(log: EventLog, paths: list[str], kept: int) -> None:
    overwrite(log, paths[0], bytes_of(log, paths[0])[:kept])
    found = log.verify()
    assert found.altered == found.unreadable == [paths[0]]


def test_a_removed_file_is_named_once_there_is_a_checkpoint(log: EventLog, paths: list[str]) -> None:
    log.checkpoint()
    (log.root / paths[1]).unlink()
    found = log.verify()
    assert (found.removed, found.is_sound) == ([paths[1]], False)


def test_an_added_file_is_named_and_no_damage(log: EventLog, paths: list[str]) -> None:
    log.checkpoint()
    added = log.append([result(subject="later")]).file.relative
    found = log.verify()
    assert (found.added, found.is_sound) == ([added], True)


def test_a_file_with_a_foreign_name_is_compared_with_the_checkpoint(log: EventLog, paths: list[str]) -> None:
    foreign = str(Path(paths[0]).with_name("copied-by-hand.parquet"))
    (log.root / foreign).write_bytes(bytes_of(log, paths[0]))
    assert log.verify().is_sound
    log.checkpoint()
    overwrite(log, foreign, bytes_of(log, paths[1]))
    assert log.verify().altered == [foreign]


def test_a_file_whose_name_was_adapted_to_other_bytes_is_seen_as_removed_and_added(
    log: EventLog, paths: list[str]
) -> None:
    log.checkpoint()
    forged = log.append([result(subject="forged")]).file.relative
    (log.root / paths[0]).unlink()
    found = log.verify()
    assert (found.removed, found.added) == ([paths[0]], [forged])


def test_what_is_no_file_is_unreadable(log: EventLog, paths: list[str]) -> None:
    folder = Path(paths[0]).with_name("folder.parquet")
    (log.root / folder).mkdir()
    dangling = Path(paths[0]).with_name("link.parquet")
    (log.root / dangling).symlink_to("nowhere")
    found = log.verify()
    assert (found.unreadable, found.altered) == ([str(folder), str(dangling)], [])


def test_each_checkpoint_holds_the_digest_of_the_one_before(log: EventLog) -> None:
    taken = []
    for number in range(3):
        log.append([result(subject=str(number))])
        taken.append(log.checkpoint())
    assert [checkpoint.previous for checkpoint in taken] == [None, taken[0].digest, taken[1].digest]
    assert [len(checkpoint.files) for checkpoint in taken] == [1, 2, 3]
    assert log.verify().checkpoint == taken[2].digest


def test_a_checkpoint_is_read_only_and_nothing_else_is_left_beside_it(
    log: EventLog, paths: list[str]
) -> None:
    log.checkpoint()
    (path,) = _checkpoints(log)
    assert path.suffix == ".json"
    assert path.stat().st_mode & 0o222 == 0


def test_a_checkpoint_of_a_damaged_log_is_refused(log: EventLog, paths: list[str]) -> None:
    overwrite(log, paths[0], b"PAR1")
    with pytest.raises(LogCorrupted, match=Path(paths[0]).name):
        log.checkpoint()
    assert not (log.root / ".checkpoints").exists()


def test_an_altered_checkpoint_is_refused(log: EventLog, paths: list[str]) -> None:
    log.checkpoint()
    (path,) = _checkpoints(log)
    document = json.loads(path.read_text())
    document["files"].popitem()
    path.chmod(0o644)
    path.write_text(json.dumps(document, sort_keys=True, indent=0))
    with pytest.raises(LogCorrupted, match="checkpoint was altered") as caught:
        log.verify()
    assert caught.value.where == str(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"taken_at"', b"\xff"])
def test_a_checkpoint_that_is_none_is_refused(log: EventLog, paths: list[str], content: bytes) -> None:
    log.checkpoint()
    (path,) = _checkpoints(log)
    path.chmod(0o644)
    path.write_bytes(content)
    with pytest.raises(LogCorrupted, match="checkpoint cannot be read"):
        log.verify()


def test_a_gap_in_the_chain_of_checkpoints_is_seen(log: EventLog, paths: list[str]) -> None:
    log.checkpoint()
    log.checkpoint()
    first, second = _checkpoints(log)
    first.unlink()
    with pytest.raises(LogCorrupted, match="the checkpoint before it is gone") as caught:
        log.verify()
    assert caught.value.where == str(second)


def test_a_checkpoint_that_cannot_be_written_is_explained(log: EventLog, paths: list[str]) -> None:
    (log.root / ".checkpoints").write_text("not a folder")
    with pytest.raises(LogError, match="cannot write a checkpoint"):
        log.checkpoint()


def test_one_file_can_be_checked_alone(log: EventLog, paths: list[str]) -> None:
    files = log.files()
    for file in files:
        check_file(log.root, file)
    overwrite(log, files[0].relative, bytes_of(log, files[1].relative))
    with pytest.raises(LogCorrupted, match="not those its name promises"):
        check_file(log.root, files[0])
    files[1].below(log.root).unlink()
    with pytest.raises(LogCorrupted, match="cannot be read"):
        check_file(log.root, files[1])
