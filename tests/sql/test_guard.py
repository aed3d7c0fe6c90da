"""The guard lets no statement through that does more than read marts, and every one that only reads them."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator

import duckdb
import pytest
from statements import Case, cases

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import StatementRefused
from benchmart.queries.statement import Asking, ask, run_statement
from benchmart.sql_guard import LONGEST_STATEMENT, REFUSED_FUNCTIONS, TABLE_FUNCTIONS, check_statement
from benchmart.sql_limits import Limits

HOSTILE = cases("hostile")
HONEST = cases("honest")
BOMBS = cases("bombs", "bombs")
_SMALL = Limits(seconds=0.25, memory_bytes=2**27, disk_bytes=2**26)


def digest(home: Home) -> str:
    return hashlib.sha256(home.warehouse.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def warehouse(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse, opened as `benchmart sql` opens it; its file is the same afterwards, byte for byte."""
    before = digest(built_home)
    with open_warehouse(built_home, _SMALL) as connection:
        yield connection
    assert digest(built_home) == before


def test_no_bar_of_progress_is_drawn_into_what_a_notebook_or_a_command_prints(built_home: Home) -> None:
    # DuckDB takes a program without a file, such as this one, for a notebook.
    code = """if True:
        import pathlib, sys
        from benchmart.config import Home
        from benchmart.connection import open_warehouse
        with open_warehouse(Home(pathlib.Path(sys.argv[1]))) as connection:
            print(connection.execute("select current_setting('enable_progress_bar')").fetchone())
    """
    done = subprocess.run(
        [sys.executable, "-c", code, str(built_home.root)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "(False,)\n"


def test_there_are_enough_of_each() -> None:
    assert len(HOSTILE) >= 250
    assert len(HONEST) >= 130
    assert len(BOMBS) >= 20
    for corpus in (HOSTILE, HONEST, BOMBS):
        assert len({case.sql for case in corpus}) == len(corpus)


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_what_does_more_than_read_marts_is_refused_with_a_reason(
    warehouse: duckdb.DuckDBPyConnection, case: Case
) -> None:
    with pytest.raises(StatementRefused) as refused:
        run_statement(warehouse, case.sql, limit=1, timeout_seconds=5)
    assert any(says in str(refused.value) for says in case.says), str(refused.value)
    assert len(refused.value.what) > 5


@pytest.mark.parametrize("case", HONEST, ids=str)
def test_what_reads_marts_is_answered(warehouse: duckdb.DuckDBPyConnection, case: Case) -> None:
    answer = ask(warehouse, case.sql, asking=Asking(200))
    assert answer.columns
    assert list(answer.rows())


@pytest.mark.parametrize("case", BOMBS, ids=str)
def test_what_takes_too_much_is_stopped_with_a_reason(
    warehouse: duckdb.DuckDBPyConnection, case: Case
) -> None:
    with pytest.raises(StatementRefused) as refused:
        ask(warehouse, case.sql, asking=Asking(200, _SMALL)).table()
    assert any(says in str(refused.value) for says in case.says), str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_without_the_guard_the_connection_changes_nothing_and_reads_no_file(
    warehouse: duckdb.DuckDBPyConnection, case: Case
) -> None:
    """What the guard is backed by: the file's digest is compared when the connection is closed."""
    if "sleep" in case.sql:
        pytest.skip("it only waits")
    with warehouse.cursor() as session:
        try:
            found = session.execute(case.sql.encode("utf-8", "replace").decode())
            rows = found.fetchmany(5) if found else []
        except duckdb.Error:
            rows = []
    assert "root:" not in str(rows)
    [(count,)] = warehouse.execute("select count(*) from main.fct_results").fetchall()
    assert count > 0


def test_every_function_that_may_change_or_wait_is_judged(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A newer DuckDB that brings another one makes this fail."""
    harmless = {"current_connection_id", "current_query", "current_query_id", "current_transaction_id"}
    harmless |= {"error", "gen_random_uuid", "random", "setseed", "stats", "txid_current", "uuid", "uuidv4"}
    harmless |= {"uuidv7", "vector_type"}
    found = warehouse.execute("""
        select distinct function_name from duckdb_functions()
        where function_type = 'scalar' and stability = 'VOLATILE'
    """).fetchall()  # fmt: skip
    assert {name for (name,) in found} - harmless <= REFUSED_FUNCTIONS.keys()


def test_every_table_function_is_refused_but_those_that_make_rows_of_values(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute("""
        select distinct function_name from duckdb_functions() where function_type in ('table', 'table_macro')
    """).fetchall()  # fmt: skip
    names = {name for (name,) in found}
    assert len(names) > 90
    assert names >= TABLE_FUNCTIONS
    for name in names - TABLE_FUNCTIONS:
        with pytest.raises(StatementRefused, match=f"{name} is not allowed"):
            check_statement(warehouse, f'from "{name}"(1)')


@pytest.mark.parametrize(
    "sql",
    [
        f"select 1{' + 1' * 900}",
        f"select * from {'(select * from ' * 500}range(1){')' * 500}",
        f"select {'(' * 20_000}1{')' * 20_000}",
        f"select {'[' * 900}{']' * 900}",
        f"select 1{' union all select 1' * 20_000}",
        f"select 1 in ({'1,' * LONGEST_STATEMENT}1)",
    ],
    ids=["sum", "subqueries", "parentheses", "lists", "unions", "a long list"],
)
def test_statements_that_only_programs_write_are_refused_at_once(
    warehouse: duckdb.DuckDBPyConnection, sql: str
) -> None:
    with pytest.raises(StatementRefused, match=r"nested too deeply|are the most|depth limit"):
        check_statement(warehouse, sql)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("from fct_result", ["Did you mean: fct_results"]),
        ("from matrix", ["compatibility_matrix"]),
        ("from documents", ["imported_documents"]),
        ("select model_nam from dim_models", ["no column 'model_nam' in dim_models", "model_name"]),
        ("select vendor from fct_results", ["no column 'vendor' in fct_results", "It is a column of: "]),
        ("select s.hardware from series s", ["no column 'hardware' in series", "hardware_id"]),
        ("select zzzzz from series", ["`describe series` names the columns"]),
        ("select medain(value) from series_points", ["medain", "median"]),
    ],
)  # fmt: skip
def test_a_name_that_is_wrong_is_answered_with_the_nearest(
    warehouse: duckdb.DuckDBPyConnection, sql: str, words: list[str]
) -> None:
    with pytest.raises(StatementRefused) as refused:
        run_statement(warehouse, sql, limit=1, timeout_seconds=5)
    assert [word for word in words if word not in str(refused.value)] == []


def test_the_marts_a_statement_asks_for_are_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    sql = "with a as (from main.Series) select * from a join (pivot dim_models on family using count(*)) on true"
    assert check_statement(warehouse, sql).marts == {"series", "dim_models"}
