"""From a cell of a mart back to the events behind it."""

from typing import Any

import duckdb
import pytest

from benchmart.config import Home
from benchmart.definitions import Definition, read_definitions
from benchmart.errors import UsageError
from benchmart.queries.evidence import rules_for
from benchmart.queries.explain import Explanation, explain

Connection = duckdb.DuckDBPyConnection
_COUNTED = {
    "compatibility_matrix": (
        "evidence_count", "success_count", "failure_count", "untested_count", "simulated_count", "suspect_count",
        "estimated_count", "predicted_count",
    ),
    "series": ("point_count",),
    "hardware_comparisons": ("point_count", "baseline_point_count"),
    "stack_comparisons": ("point_count", "baseline_point_count"),
    "precision_gains": ("point_count", "baseline_point_count"),
    "cost_and_energy": ("point_count",),
    "dim_runs": ("result_count",),
    "imports_by_format": ("files",),
}  # fmt: skip
"""Columns that say how many events there are behind the row."""
_WITHOUT_EVENTS = {"event_batches", "data_quality_rules"}
"""Marts whose rows no event is behind: files of the log, and rules."""


@pytest.fixture(scope="session")
def definitions(built_home: Home) -> dict[str, Definition]:
    with duckdb.connect(built_home.warehouse, read_only=True) as connection:
        return read_definitions(connection)


def explained(marts: Connection, home: Home, question: str, limit: int = 10) -> Explanation:
    mart, *words = question.split()
    return explain(marts, home.events, mart, words, limit)


def dictionaries(marts: Connection, sql: str) -> list[dict[str, Any]]:
    cursor = marts.execute(sql)
    names = [name for name, *_ in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def columns_of(marts: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in marts.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'main'"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


@pytest.mark.parametrize("mart", _COUNTED)
def test_there_are_as_many_events_behind_a_count_as_it_says(
    marts: Connection, definitions: dict[str, Definition], mart: str
) -> None:
    columns = columns_of(marts)
    rows = dictionaries(marts, f"select * from {mart}")
    assert rows
    for row in rows:
        for column in _COUNTED[mart]:
            rules = rules_for(definitions[mart], columns[mart], column, columns)
            ids = {
                event
                for rule in rules
                for event in marts.execute(f"select event_id from ({rule.statement(row)})").fetchall()
            }
            assert len(ids) == row[column], (column, row)


def test_every_mart_leads_to_events_or_says_that_nothing_does(
    marts: Connection, definitions: dict[str, Definition]
) -> None:
    columns = columns_of(marts)
    without = []
    for mart in (each for each in definitions.values() if each.is_mart):
        rules = rules_for(mart, columns[mart.name], None, columns)
        for row in dictionaries(marts, f"select * from {mart.name} limit 1"):
            for rule in rules:
                marts.execute(rule.statement(row)).fetchall()
        if not rules:
            without.append(mart.name)
    assert set(without) <= _WITHOUT_EVENTS


def test_a_cell_of_the_matrix_leads_to_its_failure_and_where_it_was_read(
    marts: Connection, built_home: Home
) -> None:
    question = "compatibility_matrix model_id=resnet50 hardware_id=4090 precision=bf16 failure_count"
    found = explained(marts, built_home, question)
    assert found.row["failure_count"] == 1
    (side,) = found.evidence
    (event,) = side.events
    assert (event["status"], event["error_class"], event["source_locator"]) == (
        "failed",
        "RuntimeError",
        "line 22",
    )
    assert (event["collector"], event["collector_version"]) == ("test", "1")
    assert event["log_file"].startswith("kind=result_recorded/date=")
    assert marts.execute(side.sql).fetchall()


def test_a_comparison_leads_to_the_numbers_of_both_devices(marts: Connection, built_home: Home) -> None:
    question = "hardware_comparisons hardware_id=rtx4090 metric=latency_mean"
    both = explained(marts, built_home, f"{question} advantage")
    assert [(side.side, side.count) for side in both.evidence] == [(None, 6), ("baseline", 2)]
    assert [event["source_value"] for event in both.evidence[1].events] == [20.0, 22.0]
    assert [side.side for side in explained(marts, built_home, f"{question} value").evidence] == [None]
    assert [side.side for side in explained(marts, built_home, f"{question} baseline_value").evidence] == [
        "baseline"
    ]


def test_a_number_leads_to_its_one_event(marts: Connection, built_home: Home) -> None:
    event, value = marts.execute(
        "select event_id, value from fct_measurements where metric = 'latency_mean' limit 1"
    ).fetchall()[0]
    for word in (str(event), event.hex.upper(), event.hex[:12]):
        found = explained(marts, built_home, f"fct_measurements {word} metric=latency_mean value")
        assert [(each["event_id"], each["value"]) for each in found.evidence[0].events] == [(event, value)]


def test_a_point_of_a_series_leads_to_its_event(marts: Connection, built_home: Home) -> None:
    event = marts.execute("select event_id from series_points order by 1 limit 1").fetchall()[0][0]
    found = explained(marts, built_home, f"series_points {event} metric=throughput point_number")
    assert [each["event_id"] for each in found.evidence[0].events] == [event]


def test_an_observation_is_looked_up_in_the_log(marts: Connection, built_home: Home) -> None:
    found = explained(marts, built_home, "hardware_observations hardware_id=rtx-4090 memory_bytes")
    (event,) = found.evidence[0].events
    assert (event["collector"], event["kind"]) == ("test", "hardware_observed")


def test_of_many_events_the_first_are_shown_and_all_are_counted(marts: Connection, built_home: Home) -> None:
    found = explained(marts, built_home, "dim_models resnet50", limit=3)
    (side,) = found.evidence
    assert len(side.events) == 3
    assert (
        side.count
        == len(marts.execute("select 1 from fct_results where model_id = 'resnet50'").fetchall())
        > 3
    )


def test_what_was_retracted_is_named_beside_the_evidence(marts: Connection, built_home: Home) -> None:
    question = "compatibility_matrix model_id=resnet50 hardware_id=4090 precision=fp32 mode=inference score"
    (retracted,) = explained(marts, built_home, question).retracted
    assert retracted["reason"] == "a typing error"
    assert (
        marts.execute("select 1 from fct_results where event_id = ?", [retracted["event_id"]]).fetchall()
        == []
    )


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("compatibility_matrix model_id=resnet50 score", r"6 rows .* one of: .*precision \(bf16, fp16, fp32\)"),
        ("compatibility_matrix model_id=resnet50 precision=fp33 score", "no row .* There is precision: bf16, fp16"),
        ("compatibility_matrix model_id=resnet5 score", "Did you mean: resnet50"),
        ("compatibility_matrix modell=resnet50 score", "no column 'modell'"),
        ("compatibility_matrix nonsense score", "'nonsense' is neither a column nor an id"),
        ("compatibility_matrix score", "no row. Say which, such as compatibility_id="),
        ("compatibility_matrix model_id=resnet50 score status", "several columns"),
        ("series point_count=many median_value", "series: .*many"),
        ("fct_results 1 status", "several ids begin with 1|neither"),
    ],
)  # fmt: skip
def test_a_question_that_tells_no_single_row_is_refused_with_what_would(
    marts: Connection, built_home: Home, question: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        explained(marts, built_home, question)


def test_values_are_quoted_so_that_a_key_is_never_run(marts: Connection, built_home: Home) -> None:
    with pytest.raises(UsageError, match="no row"):
        explain(marts, built_home.events, "series", ["metric=x' or '1'='1", "median_value"], 1)
