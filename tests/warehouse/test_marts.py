"""What the marts say about the small log."""

from statistics import median
from typing import Any

import duckdb
import pytest

Connection = duckdb.DuckDBPyConnection


def rows(marts: Connection, sql: str) -> list[tuple[Any, ...]]:
    return marts.execute(sql).fetchall()


def test_an_event_that_stands_in_two_batches_is_counted_once(marts: Connection) -> None:
    where = "model_id = 'resnet50' and hardware_id = 'rtx-3090' or source_locator in ('line 0', 'line 1')"
    found = rows(marts, f"select count(*), count(distinct event_id) from fct_results where {where}")
    assert found == [(4, 4)]


def test_a_retracted_result_is_in_no_mart_and_a_restored_one_is(marts: Connection) -> None:
    assert rows(marts, "select count(*) from fct_results where source_locator = 'line 60'") == [(0,)]
    assert rows(marts, "select count(*) from fct_results where source_locator = 'line 61'") == [(1,)]
    fastest = "select min(value) from fct_measurements where metric = 'latency_mean' and basis = 'measured'"
    assert rows(marts, fastest) == [(pytest.approx(0.010),)]


def test_values_are_in_base_units_beside_those_of_the_source(marts: Connection) -> None:
    found = rows(marts, """
        select value, unit, source_value, source_unit, samples, warmup_samples
        from fct_measurements join fct_results using (event_id)
        where source_locator = 'line 0' and metric = 'latency_mean'
    """)  # fmt: skip
    assert found == [(0.010, "second", 10.0, "millisecond", [0.0095, 0.0105], [0.02])]


def test_spellings_are_resolved_and_the_unknown_ones_listed(marts: Connection) -> None:
    assert rows(marts, "select distinct hardware_id from fct_results where device = 'rtx3090'") == [
        ("rtx-3090",)
    ]
    assert rows(marts, "select distinct precision from fct_results where source_precision = 'float32'") == [
        ("fp32",)
    ]
    found = rows(marts, "select name_kind, name from unresolved_names order by 1")
    assert found == [("hardware", "Frobnicator 9000"), ("model", "mystery")]
    assert rows(marts, "select family from dim_models where model_id = 'mystery'") == [("tabular",)]


@pytest.mark.parametrize(
    ("model", "where", "expected"),
    [
        (
            "resnet50",
            "hardware_id = 'rtx-4090' and mode = 'inference' and precision = 'fp32'",
            ("verified", 9),
        ),
        ("resnet50", "hardware_id = 'rtx-4090' and precision = 'bf16'", ("partial", 2)),
        ("resnet50", "hardware_id = 'rtx-4090' and mode = 'training'", ("simulated_only", 0)),
        ("resnet50", "hardware_id = 'rtx-4090' and precision = 'fp16'", ("untested", 0)),
        ("resnet50", "hardware_id is null", ("untested", 0)),
        ("vit_base_patch16_224", "true", ("failed", 2)),
    ],
)
def test_the_matrix_says_what_the_evidence_says(
    marts: Connection, model: str, where: str, expected: tuple[str, int]
) -> None:
    sql = f"select status, evidence_count from compatibility_matrix where model_id = '{model}' and {where}"
    assert rows(marts, sql) == [expected]


def test_a_failed_cell_says_why_and_what_to_try(marts: Connection) -> None:
    found = rows(marts, "select error_class, suggested_fix from compatibility_matrix where status = 'failed'")
    assert found[0][0] == "out_of_memory"
    assert "batch size" in found[0][1]


def test_devices_are_compared_on_the_same_work_and_version_only(marts: Connection) -> None:
    found = rows(marts, """
        select hardware_id, baseline_hardware_id, runtime_version, advantage
        from hardware_comparisons where metric = 'throughput' order by 1
    """)  # fmt: skip
    assert [row[:3] for row in found] == [
        ("rtx-3090", "rtx-4090", "2.4.0"),
        ("rtx-4090", "rtx-3090", "2.4.0"),
    ]
    fast = median(8 / milliseconds for milliseconds in (10, 11, 12, 13, 13, 14))
    slow = median(8 / milliseconds for milliseconds in (20, 22))
    assert [row[3] for row in found] == [pytest.approx(slow / fast), pytest.approx(fast / slow)]


def test_the_points_of_a_series_are_in_order_of_time(marts: Connection) -> None:
    found = rows(marts, """
        select runtime_version, value from series_points
        where metric = 'latency_mean' and hardware_id = 'rtx-4090' and model_id = 'resnet50'
        qualify count(*) over (partition by comparability_id) > 3
        order by point_number
    """)  # fmt: skip
    assert [version for version, _ in found] == ["2.4.0"] * 5 + ["2.10.1"] * 3 + ["2.4.0"]
    assert [round(value * 1000) for _, value in found] == [10, 11, 12, 13, 14, 15, 16, 17, 13]
    latest = rows(marts, "select latest_value from series where point_count = 9 and metric = 'latency_mean'")
    assert latest == [(pytest.approx(0.013),)]


def test_headline_numbers_rest_on_results_that_were_measured_and_ended_well(marts: Connection) -> None:
    others = "results.basis != 'measured' or results.status != 'ok'"
    held = rows(
        marts,
        f"select count(*) from fct_measurements inner join fct_results as results using (event_id) where {others}",
    )
    assert held != [(0,)]
    points = "series_points inner join fct_results as results using (event_id)"
    assert rows(marts, f"select count(*) from {points} where {others}") == [(0,)]
    counted = "select sum(point_count) from series"
    assert rows(marts, counted) == rows(marts, "select count(*) from series_points")
    rest = f"select comparability_id from fct_results as results group by 1 having bool_and({others})"
    for mart in ("series", "hardware_comparisons"):
        assert rows(marts, f"select count(*) from {mart} where comparability_id in ({rest})") == [(0,)]


def test_a_test_case_is_a_result_without_a_model(marts: Connection) -> None:
    found = rows(marts, "select model_id, compatibility_id from fct_results where subject_kind = 'test'")
    assert found == [(None, None)]


def test_a_run_is_shown_with_the_software_it_ran_on(marts: Connection) -> None:
    found = rows(
        marts, "select run_id, python_version, packages['torch'], failed_count from dim_runs order by 1"
    )
    assert found == [("run-1", "3.11.7", "2.4.0", 0), ("run-2", None, None, 3)]


def test_a_profile_belongs_to_the_model_whatever_its_spelling(marts: Connection) -> None:
    found = rows(marts, "select model_id, flops_per_item from model_profiles order by flops_per_item")
    assert found == [("resnet50", 1e9), ("resnet50", 2e9), ("resnet50", 8.2e9)]


def test_a_profile_that_was_traced_has_its_operators_in_their_order(marts: Connection) -> None:
    columns = "operator_position, category, shape[1], call_count, flops, weight_elements"
    found = rows(marts, f"select {columns} from model_operators order by event_id, operator_position")
    assert sorted(found) == [
        (1, "conv", 3, 1, 1e9, 9408.0),
        (1, "conv", 3, 1, 2e9, 9408.0),
        (2, "activation", 802_816, 2, 0.0, 0.0),
        (2, "activation", 802_816, 2, 0.0, 0.0),
    ]


def test_what_was_not_understood_is_listed_with_the_reason(marts: Connection) -> None:
    found = rows(marts, "select format, reason, source_uri, source_locator from quarantined_documents")
    assert found == [("timm_csv", "missing columns", "a.csv", "line 1")]


def test_the_report_of_imports_counts_the_copies_of_a_file_apart(marts: Connection) -> None:
    columns = "files, records, distinct_records, repeated_records"
    assert rows(marts, f"select {columns} from imports_by_format where format = 'timm_csv'") == [(2, 4, 2, 2)]


def test_views_work_when_the_file_is_attached_under_another_name(marts: Connection, built_home: Any) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built_home.warehouse}' as elsewhere (read_only)")
        connection.execute("use elsewhere")
        assert connection.execute("select count(*) from compatibility_matrix").fetchall()[0][0] > 0
