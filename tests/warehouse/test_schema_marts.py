"""The wide marts and the plain names, on the small log."""

from typing import Any

import duckdb
import pytest

Connection = duckdb.DuckDBPyConnection

_WIDE = (
    "performance",
    "training_runs",
    "serving",
    "accuracy",
    "test_results",
    "web_platform",
    "power_and_thermal",
    "code_benchmarks",
)
_PLAIN = {
    "results": "fct_results",
    "measurements": "fct_measurements",
    "models": "dim_models",
    "hardware": "dim_hardware",
    "runs": "dim_runs",
    "sources": "dim_sources",
    "stacks": "dim_software_stacks",
    "compatibility": "compatibility_matrix",
}


def rows(marts: Connection, sql: str) -> list[tuple[Any, ...]]:
    return marts.execute(sql).fetchall()


def test_every_result_is_of_a_kind_whose_mart_shows_it(marts: Connection) -> None:
    kinds = rows(
        marts,
        """
        select result_type, mart, count(event_id)
        from results left join reference.result_types using (result_type)
        where attributes['derived_from'] is null
        group by all
        """,
    )
    assert kinds
    for kind, mart, count in kinds:
        assert mart in _WIDE, kind
        shown = "" if mart in ("training_runs", "serving", "accuracy", "web_platform") else "result_type"
        where = f"where {shown} = '{kind}'" if shown else ""
        assert rows(marts, f"select count(*) from {mart} {where}") == [(count,)], kind


def test_numbers_in_columns_are_those_of_the_measurements(marts: Connection) -> None:
    wide = rows(
        marts,
        "select event_id, latency_mean_seconds from performance where latency_mean_seconds is not null order by 1",
    )
    long = rows(
        marts,
        """
        select event_id, value
        from measurements inner join results using (event_id)
        where metric = 'latency_mean' and is_unit_known and subject_kind = 'model' order by 1
        """,
    )
    assert wide
    assert wide == long


def test_the_value_of_the_source_is_kept_where_it_is_in_the_base_unit(marts: Connection) -> None:
    sql = "select count(*), count(source_value) from measurements where source_unit = unit and source_value = value"
    [(same, kept)] = rows(marts, sql)
    assert same == kept
    assert same > 0


def test_retracted_results_are_in_no_wide_mart(marts: Connection) -> None:
    for mart in _WIDE:
        strangers = f"select count(*) from {mart} where event_id not in (select event_id from fct_results)"
        assert rows(marts, strangers) == [(0,)], mart


@pytest.mark.parametrize("name", _PLAIN)
def test_a_plain_name_has_the_rows_of_its_mart(marts: Connection, name: str) -> None:
    difference = (
        f"(from {name} except from {_PLAIN[name]}) union all (from {_PLAIN[name]} except from {name})"
    )
    assert rows(marts, f"select count(*) from ({difference})") == [(0,)]


def test_a_failed_test_says_what_to_try(marts: Connection) -> None:
    found = rows(marts, "select distinct status, duration_seconds is null, subject_kind from test_results")
    assert found
    failed = rows(marts, "select error_class, suggested_fix from test_results where error_class is not null")
    assert all(fix for _, fix in failed)


def test_a_source_tells_what_came_of_it(marts: Connection) -> None:
    found = rows(marts, "select format, records, import_count from sources order by path")
    assert [row for row in found if row[0] == "timm_csv"]
    documents = "select count(distinct (path, source_digest)) from imported_documents"
    assert len(found) == rows(marts, documents)[0][0]


def test_every_metric_with_a_column_is_a_metric_of_the_seed(marts: Connection) -> None:
    columns = rows(
        marts,
        """
        select column_name from information_schema.columns
        where table_schema = 'intermediate' and table_name = 'int_results_identified' and data_type = 'DOUBLE'
        """,
    )
    assert len(columns) > 40
    known = {name for (name,) in rows(marts, "select metric from dim_metrics")}
    assert {name for (name,) in columns} <= known
