"""The first digits of an id are enough, as long as they mean one row."""

from uuid import UUID

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.errors import UsageError
from benchmart.queries.prefixes import row_with_id

_IDS = ("3f2a9c00-0000-0000-0000-000000000001", "3f2a9c00-0000-0000-0000-000000000002", "81c0d2" + "0" * 26)


def filled(ids: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create table things (thing_id uuid)")
    for each in ids:
        connection.execute("insert into things values (cast($id as uuid))", {"id": each})
    return connection


@pytest.mark.parametrize("prefix", ["8", "81C0D2", "81c0d200-0000"])
def test_digits_that_only_one_id_begins_with_mean_its_row(prefix: str) -> None:
    assert row_with_id(filled(_IDS), "things", "thing_id", prefix) == {"thing_id": UUID(_IDS[2])}


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("3f2a", "2 ids of a thing begin with 3f2a. Give more digits: 3f2a9c000000"),
        ("81c0d3", "no thing 81c0d3. The nearest: 81c0d2"),
        ("run-1", "'run-1' is not the id of a thing"),
        ("", "'' is not the id of a thing"),
    ],
)
def test_digits_that_mean_none_or_several_are_refused_with_the_nearest(prefix: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        row_with_id(filled(_IDS), "things", "thing_id", prefix)
    assert message in str(refused.value)


def test_without_any_row_it_is_said_that_there_is_none() -> None:
    with pytest.raises(UsageError, match="There is none yet"):
        row_with_id(filled(()), "things", "thing_id", "3f")


@given(st.lists(st.uuids(), min_size=1, max_size=5, unique=True), st.data())
def test_a_whole_id_always_means_its_row(ids: list[UUID], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(ids))
    assert row_with_id(filled(tuple(map(str, ids))), "things", "thing_id", str(wanted)) == {
        "thing_id": wanted
    }
