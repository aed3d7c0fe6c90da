"""Questions with a name: each can be asked of any warehouse, and what it is told is bound, never pasted."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import UsageError
from benchmart.queries.named import NamedQuery, bound, named_queries, named_query, read_query
from benchmart.queries.statement import ask

_QUERIES = list(named_queries().values())
_REQUIRED = {"model": "resnet50", "hardware": "RTX 4090", "baseline": "rtx3090"}


@pytest.fixture(scope="module")
def warehouse(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(built_home) as connection:
        yield connection


def answer(
    connection: duckdb.DuckDBPyConnection, query: NamedQuery, **given: str
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    given = {each.name: _REQUIRED[each.name] for each in query.parameters if each.is_required} | given
    found = ask(connection, query.sql, bound(connection, query, given))
    return found.columns, list(found.rows())


def test_there_are_many() -> None:
    assert len(_QUERIES) >= 12


@pytest.mark.parametrize("query", _QUERIES, ids=lambda query: query.name)
def test_each_can_be_asked_of_any_warehouse_and_says_what_it_answers(
    warehouse: duckdb.DuckDBPyConnection, query: NamedQuery
) -> None:
    columns, _ = answer(warehouse, query)
    assert len(columns) > 3
    assert query.description.endswith(".")
    for parameter in query.parameters:
        assert f"${parameter.name}" in query.sql
    assert "getvariable" not in query.sql


@pytest.mark.parametrize("query", _QUERIES, ids=lambda query: query.name)
def test_each_runs_in_duckdb_itself_as_dbt_compiles_it(built_home: Home, query: NamedQuery) -> None:
    """A file of `analyses/` without Jinja: dbt compiles it to what it is."""
    text = (Path(__file__).parents[2] / "analyses" / f"{query.name}.sql").read_text()
    assert "{{" not in text
    with duckdb.connect(built_home.warehouse, read_only=True) as connection:
        for parameter in query.parameters:
            value = _REQUIRED.get(parameter.name) if parameter.is_required else parameter.default
            if value is not None:
                literal = value if parameter.type in {"integer", "number"} else f"'{value}'"
                connection.execute(f"set variable {parameter.name} = {literal}")
        assert connection.execute(text).description


def test_each_is_listed_in_the_documentation_with_what_it_answers() -> None:
    text = (Path(__file__).parents[2] / "docs" / "sql.md").read_text()
    assert [each.name for each in _QUERIES if f"| `{each.name}` | {each.description} |" not in text] == []


def test_the_highest_throughput_is_that_of_the_fastest_result(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns, rows = answer(warehouse, named_query("top_throughput"), model="ResNet-50", hardware="rtx4090")
    [row] = [dict(zip(columns, each, strict=True)) for each in rows]
    [(fastest,)] = warehouse.execute("""
        select max(value) from fct_measurements
        where metric = 'throughput' and model_id = 'resnet50' and hardware_id = 'rtx-4090'
            and basis = 'measured' and status = 'ok'
    """).fetchall()  # fmt: skip
    assert row["items_per_second"] == fastest


def test_failures_come_with_what_to_try(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns, rows = answer(warehouse, named_query("failures"), error="out_of_memory")
    assert {row[columns.index("error_class")] for row in rows} == {"out_of_memory"}
    assert all("batch size" in str(row[columns.index("suggested_fix")]) for row in rows)


def test_what_a_family_lacks_on_a_device_is_a_gap(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns, rows = answer(warehouse, named_query("coverage_gaps"), family="vision")
    gaps = {(row[columns.index("hardware_id")], row[columns.index("model_id")]) for row in rows}
    assert gaps == {("rtx-3090", "vit_base_patch16_224")}


def test_a_baseline_ranks_the_other_devices(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns, rows = answer(warehouse, named_query("hardware_ranking"))
    [row] = [dict(zip(columns, each, strict=True)) for each in rows]
    assert row["hardware_id"] == "rtx-4090"
    assert row["advantage"] > 1
    assert row["models"] == 1


def test_a_value_is_bound_and_never_part_of_the_statement(warehouse: duckdb.DuckDBPyConnection) -> None:
    attack = "x' or true; drop table series; --"
    _, rows = answer(warehouse, named_query("imports"), format=attack)
    assert rows == []


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("top_thruput", {}, ["no query", "top_throughput"]),
        ("memory_by_batch", {}, ["needs model", "model=..."]),
        ("failures", {"modle": "x"}, ["no parameter 'modle'", "Did you mean: model"]),
        ("failures", {"model": "resnet5"}, ["no model 'resnet5'", "resnet50"]),
        ("failures", {"rows": "many"}, ["rows=many is no integer"]),
        ("longest_series", {"metric": "thruput"}, ["no metric 'thruput'", "throughput"]),
        ("latest_results", {"since": "yesterdayish"}, ["no moment 'yesterdayish'"]),
    ],
)
def test_what_is_wrong_is_said_with_what_there_is(
    warehouse: duckdb.DuckDBPyConnection, name: str, given: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(UsageError) as refused:
        bound(warehouse, named_query(name), given)
    assert [word for word in words if word not in str(refused.value)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select 1", "does not begin with a comment"),
        (
            "-- What is it.\n--\n-- Parameters:\n--   model: the model\n\nselect 1",
            "cannot be read: --   model",
        ),
        ("-- What is it.\n--\n-- Parameters:\n--   a (fruit, optional): x\n\nselect 1", "model, hardware"),
    ],
)
def test_a_file_that_is_not_written_so_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.sql"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"mine\.sql") as refused:
        read_query(path)
    assert words in str(refused.value)
