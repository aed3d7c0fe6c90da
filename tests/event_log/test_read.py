"""Reading: narrowed by columns and rows, across files, and refused where a file is not what it should be."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmart.errors import LogCorrupted, LogError
from benchmart.event_log.log import EventLog
from benchmart.event_log.read import count_rows
from benchmart.event_log.schemas import HARDWARE_OBSERVED, KINDS, RESULT_RECORDED

from .samples import append_as_newer_version, bytes_of, overwrite, result, results


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_an_absent_log_is_empty_and_is_not_created(log: EventLog, kind) -> None:
    table = log.read(kind)
    assert (table.num_rows, table.schema) == (0, kind.stored)
    assert (log.files(), log.root.exists()) == ([], False)


def test_columns_and_rows_narrow_what_is_read(log: EventLog) -> None:
    log.append(results(5))
    log.append([result(subject="bert")])
    read = log.read(RESULT_RECORDED, ["subject", "status"], pc.field("subject") == "bert")
    assert read.to_pylist() == [{"subject": "bert", "status": "ok"}]


def test_one_kind_is_read_without_looking_at_another(log: EventLog) -> None:
    damaged = log.append([result()]).file.relative
    overwrite(log, damaged, b"")
    assert log.read(HARDWARE_OBSERVED).num_rows == 0


def test_batches_are_read_in_the_order_they_were_appended(log: EventLog) -> None:
    names = [str(number) for number in range(9)]
    batches = [log.append([result(subject=name)]) for name in names]
    by_name = sorted(zip((batch.file for batch in batches), names, strict=True))
    assert log.read(RESULT_RECORDED, ["subject"]).column(0).to_pylist() == [name for _, name in by_name]
    assert log.files() == [file for file, _ in by_name]


@pytest.mark.parametrize("kept", [0, 3, 200, -4])
def test_a_truncated_file_is_named(log: EventLog, kept: int) -> None:
    log.append([result()])
    damaged = log.append([result(subject="other")]).file
    overwrite(log, damaged.relative, bytes_of(log, damaged.relative)[:kept])
    with pytest.raises(LogCorrupted, match="benchmart log verify") as caught:
        log.read(RESULT_RECORDED)
    assert caught.value.where == str(damaged.below(log.root))
    with pytest.raises(LogCorrupted, match=damaged.name):
        count_rows(log.root, damaged)


def test_rows_are_counted_without_reading_them(log: EventLog) -> None:
    assert count_rows(log.root, log.append(results(7)).file) == 7


def test_a_nullable_column_that_an_old_file_lacks_is_null(log: EventLog) -> None:
    path = log.append([result()]).file.below(log.root)
    older = pq.read_table(path, partitioning=None).drop_columns(["family", "metrics"])
    path.unlink()
    pq.write_table(older, path)
    log.append([result(family="vision")])
    assert set(log.read(RESULT_RECORDED, ["family"]).column(0).to_pylist()) == {None, "vision"}
    assert log.read(RESULT_RECORDED).schema == RESULT_RECORDED.stored


def test_a_parquet_file_of_something_else_is_named(log: EventLog) -> None:
    path = log.append([result()]).file.below(log.root)
    path.unlink()
    pq.write_table(pa.table({"colour": ["red"]}), path)
    with pytest.raises(LogCorrupted, match="has no column event_id") as caught:
        log.read(RESULT_RECORDED)
    assert caught.value.where == str(path)


def test_a_file_of_a_newer_version_is_refused(log: EventLog) -> None:
    relative = append_as_newer_version(log, RESULT_RECORDED.version + 1)
    with pytest.raises(LogError, match=r"version 2 is newer.*Upgrade benchmart") as caught:
        log.read(RESULT_RECORDED, ["subject"])
    assert caught.value.where == str(log.root / relative)


def test_a_file_of_this_version_is_read(log: EventLog) -> None:
    append_as_newer_version(log, RESULT_RECORDED.version)
    assert log.read(RESULT_RECORDED, ["subject"]).num_rows == 1


def test_two_logs_merge_by_copying_files(tmp_path: Path) -> None:
    here, there = EventLog(tmp_path / "here"), EventLog(tmp_path / "there")
    ids = {*here.append(results(3)).event_ids, *there.append([result(subject="bert")]).event_ids}
    both = here.append([result(subject="common")]).event_ids
    assert there.append([result(subject="common")]).event_ids == both
    here.checkpoint()
    shutil.copytree(there.root, here.root, dirs_exist_ok=True)
    read = here.read(RESULT_RECORDED, ["event_id"]).column(0).to_pylist()
    assert (set(read), len(read)) == ({*ids, *both}, 6)
    found = here.verify()
    assert (found.is_sound, len(found.added)) == (True, 2)
