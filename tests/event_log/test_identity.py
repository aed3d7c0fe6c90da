"""Event ids: the same content has the same id, however it is laid out; other content has another."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmart.event_log.events import Event, Metric
from benchmart.event_log.identity import event_ids
from benchmart.event_log.kind import Kind
from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.event_log.structs import METRIC
from benchmart.event_log.tables import to_table

from .samples import ARBITRARY_RESULTS, CHANGES, ONE_OF_EVERY_KIND, result, results

_PINNED = "c778fa0761b8ccd754190caf37694906"
_SEVERAL = st.lists(ARBITRARY_RESULTS, min_size=1, max_size=6)


def _ids(events: list[Event]) -> list[str]:
    return event_ids(events[0].kind, to_table(events)).to_pylist()


def _id(event: Event) -> str:
    return _ids([event])[0]


def test_ids_do_not_change_between_versions_of_benchmart() -> None:
    assert _id(result()) == _PINNED


@pytest.mark.parametrize("event", ONE_OF_EVERY_KIND, ids=lambda event: event.kind.name)
def test_ids_are_32_hexadecimal_digits(event: Event) -> None:
    assert len(_id(event)) == 32
    assert int(_id(event), 16)


@settings(deadline=None)
@given(_SEVERAL)
def test_the_id_of_an_event_does_not_depend_on_its_neighbours(events: list[Event]) -> None:
    assert _ids(events) == [_id(event) for event in events]


@settings(deadline=None)
@given(_SEVERAL, st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter(events: list[Event], random) -> None:
    table = to_table(events)
    names = table.column_names
    random.shuffle(names)
    assert event_ids(RESULT_RECORDED, table.select(names)).to_pylist() == _ids(events)


@settings(deadline=None)
@given(_SEVERAL, st.data())
def test_slices_and_chunks_have_the_ids_of_the_whole(events: list[Event], data: st.DataObject) -> None:
    table = to_table(events)
    start = data.draw(st.integers(0, len(events)))
    stop = data.draw(st.integers(start, len(events)))
    slices = [table.slice(0, start), table.slice(start, stop - start), table.slice(stop)]
    ids = [event_id for part in slices for event_id in event_ids(RESULT_RECORDED, part).to_pylist()]
    assert ids == _ids(events)
    assert event_ids(RESULT_RECORDED, pa.concat_tables(slices)).to_pylist() == _ids(events)


@settings(deadline=None)
@given(_SEVERAL)
def test_an_absent_column_is_like_one_of_nulls(events: list[Event]) -> None:
    table = to_table(events)
    empty = [name for name in table.column_names if table.column(name).null_count == len(events)]
    assert empty
    assert event_ids(RESULT_RECORDED, table.drop_columns(empty)).to_pylist() == _ids(events)


@settings(deadline=None)
@given(_SEVERAL)
def test_a_column_added_to_the_kind_later_changes_no_id(events: list[Event]) -> None:
    columns = [*RESULT_RECORDED.payload, pa.field("cooling", pa.list_(pa.string()))]
    later = Kind(RESULT_RECORDED.name, 2, pa.schema(columns))
    table = to_table(events)
    wider = table.append_column("cooling", pa.nulls(len(events), pa.list_(pa.string())))
    assert event_ids(later, wider).to_pylist() == _ids(events)


@settings(deadline=None)
@given(ARBITRARY_RESULTS, st.none() | st.text(max_size=9), st.text(max_size=9))
def test_where_it_was_read_and_by_which_version_does_not_matter(event: Event, uri, version) -> None:
    assert _id(replace(event, source_uri=uri, collector_version=version)) == _id(event)


@settings(deadline=None, max_examples=300)
@given(ARBITRARY_RESULTS, st.data())
def test_any_changed_field_changes_the_id(event: Event, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CHANGES)))
    value = data.draw(CHANGES[name])
    assume(value != getattr(event, name))
    assert _id(replace(event, **{name: value})) != _id(event)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"family": "", "mode": None}, {"family": None, "mode": ""}),
        ({"family": "a"}, {"family": "a\0"}),
        ({"family": "a" * 8}, {"family": "a" * 8 + "\0" * 8}),
        ({"family": "ab", "mode": "c"}, {"family": "a", "mode": "bc"}),
        ({"family": "x", "mode": "y"}, {"family": "y", "mode": "x"}),
        ({"batch_size": 0}, {"batch_size": None}),
        ({"device_count": 8, "batch_size": 1}, {"device_count": 1, "batch_size": 8}),
        ({"condition": {"a": "b"}}, {"attributes": {"a": "b"}}),
        ({"condition": {"a": "b", "c": "d"}}, {"condition": {"a": "d", "c": "b"}}),
        ({"condition": {"a": ""}}, {"condition": {}}),
        ({"metrics": ()}, {"metrics": [Metric("", "", 0.0)]}),
        ({"metrics": [Metric("a", "s", 1.0, [])]}, {"metrics": [Metric("a", "s", 1.0, None)]}),
        ({"metrics": [Metric("a", "s", 1.0, [1.0, 2.0])]}, {"metrics": [Metric("a", "s", 1.0, [2.0, 1.0])]}),
        (
            {"metrics": [Metric("a", "s", 1.0, [1.0]), Metric("a", "s", 1.0, [2.0, 3.0])]},
            {"metrics": [Metric("a", "s", 1.0, [1.0, 2.0]), Metric("a", "s", 1.0, [3.0])]},
        ),
        (
            {"metrics": [Metric("a", "s", 1.0, [1.0])]},
            {"metrics": [Metric("a", "s", 1.0, None, [1.0])]},
        ),
    ],
)
def test_what_looks_alike_is_told_apart(one: dict, other: dict) -> None:
    plain = {"condition": {}, "attributes": {}, "metrics": ()}
    assert _id(result(**{**plain, **one})) != _id(result(**{**plain, **other}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"condition": {"a": "1", "b": "2"}}, {"condition": {"b": "2", "a": "1"}}),
        ({"metrics": [Metric("a", "s", 0.0)]}, {"metrics": [Metric("a", "s", -0.0)]}),
        ({"metrics": [Metric("a", "s", 1)]}, {"metrics": (Metric("a", "s", 1.0),)}),
    ],
    ids=["order of a mapping", "sign of zero", "whole number"],
)
def test_what_means_the_same_has_the_same_id(one: dict, other: dict) -> None:
    assert _id(result(**one)) == _id(result(**other))


def test_the_same_payload_of_another_kind_has_another_id() -> None:
    table = to_table([result()])
    renamed = Kind("result_recorded_elsewhere", 1, RESULT_RECORDED.payload)
    assert event_ids(renamed, table).to_pylist() != event_ids(RESULT_RECORDED, table).to_pylist()


def test_values_hidden_below_a_null_list_do_not_count() -> None:
    values = pa.array([{"name": "a", "unit": "s", "value": 1.0}] * 3, METRIC)
    hidden = pa.ListArray.from_arrays(
        pa.array([0, 1, 2, 3], pa.int32()), values, mask=pa.array([False, True, False])
    )
    plain = pa.array([[values[0].as_py()], None, [values[2].as_py()]], pa.list_(METRIC))
    base = to_table(results(3)).drop_columns(["metrics"])
    assert (
        event_ids(RESULT_RECORDED, base.append_column("metrics", hidden)).to_pylist()
        == event_ids(RESULT_RECORDED, base.append_column("metrics", plain)).to_pylist()
    )


def test_a_hundred_thousand_events_have_as_many_ids() -> None:
    table = to_table([result()])
    many = pa.concat_tables([table] * 100_000).combine_chunks()
    place = many.column_names.index("batch_size")
    many = many.set_column(place, "batch_size", pa.array(range(100_000), pa.int64()))
    assert len(set(event_ids(RESULT_RECORDED, many).to_pylist())) == 100_000
