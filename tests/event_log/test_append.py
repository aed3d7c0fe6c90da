"""What is appended is read back, whole; what does not fit is refused; where it cannot be written, it is said."""

import stat
from dataclasses import asdict, fields

import pyarrow as pa
import pytest

from benchmart.errors import EventError, LogError
from benchmart.event_log.append import INCOMING
from benchmart.event_log.events import Event, Metric
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import KINDS, RESULT_RECORDED
from benchmart.event_log.tables import to_table

from .samples import ONE_OF_EVERY_KIND, result, results

_METRIC_FIELDS = [field.name for field in fields(Metric)]


def _expected(event: Event) -> dict[str, object]:
    """The submitted columns as Arrow gives them back: no map for an empty one, lists for sequences."""
    row = {name: getattr(event, name) for name in event.kind.submitted.names}
    for name, value in row.items():
        if isinstance(value, dict):
            row[name] = sorted(value.items()) or None
    if "metrics" in row:
        row["metrics"] = [{name: getattr(m, name) for name in _METRIC_FIELDS} for m in event.metrics]
    if "scores" in row:
        row["scores"] = [asdict(score) for score in event.scores]
    return row


def test_the_samples_have_an_event_of_every_kind() -> None:
    assert {event.kind.name for event in ONE_OF_EVERY_KIND} == set(KINDS)


@pytest.mark.parametrize("event", ONE_OF_EVERY_KIND, ids=lambda event: event.kind.name)
def test_an_event_of_every_kind_comes_back_as_it_was_appended(log: EventLog, event: Event) -> None:
    batch = log.append([event])
    (row,) = log.read(event.kind).to_pylist()
    assert {name: row[name] for name in event.kind.submitted.names} == _expected(event)
    assert [row["event_id"]] == batch.event_ids == log.event_ids([event])
    assert (row["kind"], row["schema_version"]) == (event.kind.name, event.kind.version)
    assert row["batch_id"] == batch.batch_id


def test_events_of_several_row_groups_come_back_in_order(log: EventLog) -> None:
    many = pa.concat_tables([to_table(results(1_000))] * 45)
    batch = log.append_table(RESULT_RECORDED, many)
    read = log.read(RESULT_RECORDED, ["event_id", "source_locator"])
    assert read.column("event_id").to_pylist() == batch.event_ids
    assert read.column("source_locator").equals(many.column("source_locator"))
    assert len(batch) == 45_000


def test_a_file_is_named_after_kind_day_batch_and_digest_and_cannot_be_written(log: EventLog) -> None:
    batch = log.append([result()])
    (row,) = log.read(RESULT_RECORDED).to_pylist()
    file = batch.file
    assert file.relative == (
        f"kind=result_recorded/date={row['recorded_at'].date()}/{batch.batch_id}-{file.digest}.parquet"
    )
    assert stat.S_IMODE(file.below(log.root).stat().st_mode) & 0o222 == 0


def test_the_same_events_twice_are_two_files_with_the_same_ids(log: EventLog) -> None:
    first, second = log.append([result()]), log.append([result()])
    assert first.file != second.file
    assert first.event_ids == second.event_ids
    assert len(log.files()) == 2


def test_an_append_never_replaces_a_file(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    present = log.append([result()]).file
    before = present.below(log.root).read_bytes()
    monkeypatch.setattr("benchmart.event_log.append.new_file", lambda *_: present)
    with pytest.raises(LogError, match="cannot append"):
        log.append([result(subject="other")])
    assert present.below(log.root).read_bytes() == before


def test_nothing_is_left_among_the_unfinished(log: EventLog) -> None:
    log.append([result()])
    assert list((log.root / INCOMING).iterdir()) == []


def test_what_a_killed_writer_left_is_not_part_of_the_log(log: EventLog) -> None:
    file = log.append([result()]).file
    content = file.below(log.root).read_bytes()
    (log.root / INCOMING / file.name).write_bytes(content)
    (file.below(log.root).parent / f".{file.name}").write_bytes(content)
    assert log.files() == [file]
    assert log.read(RESULT_RECORDED).num_rows == 1
    assert log.verify().checked == 1


def test_columns_left_out_are_null(log: EventLog) -> None:
    log.append_table(RESULT_RECORDED, to_table([result(family=None)]).drop_columns(["family", "metrics"]))
    (row,) = log.read(RESULT_RECORDED, ["family", "metrics"]).to_pylist()
    assert row == {"family": None, "metrics": None}


def test_columns_of_a_narrower_type_are_widened(log: EventLog) -> None:
    narrow = to_table([result()])
    place = narrow.column_names.index("batch_size")
    log.append_table(RESULT_RECORDED, narrow.set_column(place, "batch_size", [pa.array([8], pa.int8())]))
    assert log.read(RESULT_RECORDED, ["batch_size"]).to_pylist() == [{"batch_size": 8}]


def _with_column(name: str, values: pa.Array) -> pa.Table:
    table = to_table([result()])
    if name not in table.column_names:
        return table.append_column(name, values)
    return table.set_column(table.column_names.index(name), name, values)


def _nulls_in_required() -> pa.Table:
    """A table of the very schema, but with a null where none may be."""
    table = to_table([result()])
    columns = [
        pa.nulls(1, column.type) if name == "subject" else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=table.schema)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (_with_column("colour", pa.array(["red"])), "unknown columns \\['colour'\\]"),
        (_with_column("event_id", pa.array(["0" * 32])), "unknown columns \\['event_id'\\]"),
        (to_table([result()]).drop_columns(["subject"]), "column subject is missing"),
        (_with_column("subject", pa.nulls(1, pa.string())), "column subject must not be null"),
        (_nulls_in_required(), "column subject must not be null"),
        (_with_column("batch_size", pa.array(["eight"])), "column batch_size does not fit int64"),
        (_with_column("device_count", pa.array([2**40])), "column device_count does not fit int32"),
        (_with_column("metrics", pa.array([1])), "column metrics does not fit"),
        (to_table([result()]).append_column("subject", pa.array(["again"])), "given twice"),
        (to_table([result()]).slice(0, 0), "no events to append"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_and_nothing_is_written(
    log: EventLog, table: pa.Table, message: str
) -> None:
    with pytest.raises(EventError, match=message) as caught:
        log.append_table(RESULT_RECORDED, table)
    assert caught.value.where == "result_recorded"
    assert not log.root.exists()


@pytest.mark.parametrize(
    "events",
    [
        [],
        [ONE_OF_EVERY_KIND[0], ONE_OF_EVERY_KIND[1]],
        [result(subject=None)],
        [result(batch_size="eight")],
        [result(batch_size=2**63)],
        [result(metrics=[Metric("latency_mean", "second", None)])],
        [result(metrics=[Metric("latency_mean", "second", "fast")])],
        [result(), result(occurred_at="yesterday")],
    ],
    ids=["none", "mixed kinds", "null", "text", "too large", "null metric", "text metric", "one of two"],
)
def test_events_that_do_not_fit_are_refused_and_nothing_is_written(
    log: EventLog, events: list[Event]
) -> None:
    with pytest.raises(EventError):
        log.append(events)
    assert log.files() == []


def test_a_file_where_the_log_should_be_is_named(log: EventLog) -> None:
    log.root.parent.mkdir()
    log.root.write_text("not a folder")
    with pytest.raises(LogError, match=r"cannot append.*Choose another folder") as caught:
        log.append([result()])
    assert caught.value.where == str(log.root)


def test_a_file_above_the_log_is_explained(log: EventLog) -> None:
    log.root.parent.write_text("not a folder")
    with pytest.raises(LogError, match="A file lies where a folder should be"):
        log.append([result()])


def test_an_absent_folder_becomes_a_log(log: EventLog) -> None:
    assert not log.root.parent.exists()
    log.append([result()])
    assert log.read(RESULT_RECORDED).num_rows == 1
