"""What the log already holds of a document, with or without its cache."""

from pathlib import Path

import pytest

from benchmart.errors import LogCorrupted
from benchmart.event_log.log import EventLog

from .samples import ONE_OF_EVERY_KIND, overwrite, result, results

_THIS, _OTHER = "a1" * 32, "b2" * 32


@pytest.fixture
def known(log: EventLog) -> set[str]:
    """Ids of the events of document _THIS in a log that holds others too."""
    ids = log.append([result(source_digest=_THIS), result(source_digest=_OTHER)]).event_ids[:1]
    ids += log.append([result(source_digest=_THIS, subject="bert")]).event_ids
    log.append([result(source_digest=None)])
    return set(ids)


def _ids(log: EventLog, digests: list[str]) -> set[str]:
    return set(log.known_events(digests).column("event_id").to_pylist())


def _cache(log: EventLog) -> Path:
    (path,) = log.root.glob(".known*")
    return path


def test_an_absent_log_knows_nothing_and_is_not_created(log: EventLog) -> None:
    assert _ids(log, [_THIS]) == set()
    assert not log.root.exists()


def test_ids_are_found_by_the_digest_of_their_document(log: EventLog, known: set[str]) -> None:
    assert _ids(log, [_THIS]) == known
    assert _ids(log, [_THIS]) == known
    assert len(_ids(log, [_THIS, _OTHER])) == 3
    assert _ids(log, ["c3" * 32]) == _ids(log, []) == set()


def test_events_of_every_kind_are_known(log: EventLog) -> None:
    ids = {log.append([event]).event_ids[0] for event in ONE_OF_EVERY_KIND}
    assert _ids(log, [ONE_OF_EVERY_KIND[0].source_digest]) == ids


def test_batches_appended_after_the_cache_was_written_are_known(log: EventLog, known: set[str]) -> None:
    _ids(log, [_THIS])
    later = log.append([result(source_digest=_THIS, subject="gpt2")]).event_ids
    assert _ids(log, [_THIS]) == {*known, *later}


def test_a_deleted_cache_is_made_again(log: EventLog, known: set[str]) -> None:
    _ids(log, [_THIS])
    _cache(log).unlink()
    assert _ids(log, [_THIS]) == known
    assert _cache(log).exists()


@pytest.mark.parametrize("cut", [1, 2, 40, 90, 150, 10_000])
def test_a_cache_cut_short_is_completed(log: EventLog, known: set[str], cut: int) -> None:
    _ids(log, [_THIS])
    _cache(log).write_bytes(_cache(log).read_bytes()[:-cut])
    assert _ids(log, [_THIS]) == known
    later = log.append([result(source_digest=_THIS, subject="gpt2")]).event_ids
    assert _ids(log, [_THIS]) == {*known, *later}
    assert _ids(log, [_THIS]) == {*known, *later}


@pytest.mark.parametrize("line", [b"\xff\xfe", b"17", b"null", b"[[], 1]", b"[1, 2, 3]", b"{}"])
def test_a_line_of_something_else_in_the_cache_is_passed_over(
    log: EventLog, known: set[str], line: bytes
) -> None:
    _ids(log, [_THIS])
    _cache(log).write_bytes(line + b"\n" + _cache(log).read_bytes())
    assert _ids(log, [_THIS]) == known


def test_the_cache_spares_reading_files_again(log: EventLog) -> None:
    log.append([result(source_digest=_THIS)])
    other = log.append([result(source_digest=_OTHER)]).file.relative
    _ids(log, [_THIS])
    overwrite(log, other, b"")
    assert len(_ids(log, [_THIS])) == 1


def test_a_damaged_file_is_named(log: EventLog) -> None:
    damaged = log.append(results(3)).file
    overwrite(log, damaged.relative, b"")
    with pytest.raises(LogCorrupted, match=damaged.name):
        _ids(log, [_THIS])
