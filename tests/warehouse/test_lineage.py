"""Every column of every mart leads to columns of events or seeds, through models that are named."""

import csv
from pathlib import Path

import duckdb
import pytest

from benchmart.config import Home
from benchmart.definitions import Definition, find_mart, read_definitions
from benchmart.errors import UsageError, WarehouseMissing
from benchmart.lineage import Lineage, Step

PROJECT = Path(__file__).resolve().parents[2]
_OF_BUILDS = {"builds", "build_context", "stg_event_log__files"}
"""What builds note about themselves is not in the log."""


@pytest.fixture(scope="session")
def definitions(built_home: Home) -> dict[str, Definition]:
    with duckdb.connect(built_home.warehouse, read_only=True) as connection:
        return read_definitions(connection)


@pytest.fixture(scope="session")
def lineage(built_home: Home, definitions: dict[str, Definition]) -> Lineage:
    with duckdb.connect(built_home.warehouse, read_only=True) as connection:
        return Lineage(connection, definitions)


def is_constant(steps: list[Step]) -> bool:
    """Whether nothing but words of the model itself is behind the column."""
    return not steps[0].inputs and all(formula.endswith("'") for formula in steps[0].formulas)


def ends(steps: list[Step]) -> set[tuple[str, str]]:
    return {(step.relation, step.column) for step in steps if step.kind in {"event", "seed"}}


def formulas(steps: list[Step], relation: str) -> list[str]:
    return [formula for step in steps if step.relation == relation for formula in step.formulas]


def test_every_column_of_every_mart_can_be_traced_to_events_or_seeds(
    lineage: Lineage, definitions: dict[str, Definition]
) -> None:
    lost = []
    for mart in (each for each in definitions.values() if each.is_mart):
        # Every other one: columns of a mart share most of their way, and each takes its time.
        for column in list(mart.columns)[::2]:
            steps = lineage.trace(mart.name, column)
            told = " ".join(formula for step in steps for formula in step.formulas)
            origins = ends(steps) or _OF_BUILDS & {each.relation for each in steps} or is_constant(steps)
            if "cannot be traced" in told or not origins:
                lost.append(f"{mart.name}.{column}")
    assert lost == []


def test_a_score_is_explained_by_what_counts_as_success(lineage: Lineage) -> None:
    steps = lineage.trace("compatibility_matrix", "score")
    assert ends(steps) == {
        ("result_recorded", "basis"),
        ("result_recorded", "status"),
        ("error_classes", "is_compatibility_evidence"),
    }
    assert steps[0].relation == "compatibility_matrix"
    assert steps[0].path == "models/marts/compatibility_matrix.sql"
    assert "NULLIF" in steps[0].formulas[0]
    counted = [
        text for text in formulas(steps, "int_compatibility_cells") if text.startswith("is_success = ")
    ]
    assert ["status = 'ok'" in text and "basis = 'measured'" in text for text in counted] == [True]


def test_a_value_is_explained_by_the_unit_it_was_brought_to(lineage: Lineage) -> None:
    steps = lineage.trace("hardware_comparisons", "value")
    assert {("result_recorded", "metrics"), ("units", "factor")} <= ends(steps)
    assert "median_value = MEDIAN(points.value)" in formulas(steps, "int_series_summarized")


def test_rows_that_are_only_counted_are_told_by_the_ids_of_their_events(lineage: Lineage) -> None:
    assert ends(lineage.trace("series", "point_count")) == {("result_recorded", "event_id")}


def test_what_models_are_made_by_names_no_file_of_the_log(
    built_home: Home, definitions: dict[str, Definition]
) -> None:
    assert [name for name, each in definitions.items() if str(built_home.root) in each.sql] == []
    assert "events.result_recorded" in definitions["stg_event_log__results"].sql


def test_every_mart_has_a_grain_and_a_description(definitions: dict[str, Definition]) -> None:
    marts = [each for each in definitions.values() if each.is_mart]
    assert [each.name for each in marts if not each.grain or not each.description] == []


def test_an_unknown_mart_is_refused_with_the_nearest_name(definitions: dict[str, Definition]) -> None:
    with pytest.raises(UsageError, match="compatibility_matrix"):
        find_mart(definitions, "compatability_matrix")
    with pytest.raises(UsageError, match="no mart"):
        find_mart(definitions, "int_compatibility_cells")


def test_a_file_of_an_older_version_says_what_to_do(tmp_path: Path) -> None:
    with (
        duckdb.connect(tmp_path / "old.duckdb") as connection,
        pytest.raises(WarehouseMissing, match="benchmart build"),
    ):
        read_definitions(connection)


def test_the_matrix_knows_the_errors_that_are_no_evidence(definitions: dict[str, Definition]) -> None:
    with (PROJECT / "seeds" / "error_classes.csv").open(encoding="utf-8") as file:
        no_evidence = {
            row["error_class"] for row in csv.DictReader(file) if row["is_compatibility_evidence"] == "false"
        }
    rules = [
        rule["where"] for rule in definitions["compatibility_matrix"].evidence if "not in" in rule["where"]
    ]
    assert len(rules) == 2
    for rule in rules:
        listed = rule[rule.index("not in") :].partition("(")[2].partition(")")[0]
        assert {name.strip("' ") for name in listed.split(",")} == no_evidence
