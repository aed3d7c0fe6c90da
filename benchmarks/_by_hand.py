"""The yardstick of a full build: the SQL that dbt compiled, run on one DuckDB connection, with nothing around it."""

import json
from typing import Any

import duckdb

from benchmart.config import Home, project_folder
from benchmart.log_functions import register_log_functions
from benchmart.pattern_function import register_pattern_function

_BEFORE = """
    set TimeZone = 'UTC';
    set preserve_insertion_order = false;
    set memory_limit = '3GB';
    create schema staging; create schema intermediate; create schema reference;
    create table staging.builds (
        build_number integer, project_digest varchar, started_at timestamptz, finished_at timestamptz
    );
    insert into staging.builds values (1, '', now(), null);
"""


def build_by_hand(home: Home) -> None:
    """Seeds, models and tests of the last build of `home`, in its order, into a new file; fails when a test does."""
    target = home.workshop / "target"
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    results = json.loads((target / "run_results.json").read_text())["results"]
    path = home.workshop / "by_hand.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as connection:
        register_log_functions(connection, home)
        register_pattern_function(connection)
        connection.execute(_BEFORE)
        for result in results:
            if result["unique_id"] in nodes:
                _run(connection, nodes[result["unique_id"]], result["compiled_code"])
    path.unlink()


def _run(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], compiled: str | None) -> None:
    relation = f"{node['schema']}.{node['name']}"
    if node["resource_type"] == "seed":
        types = node["config"]["column_types"]
        path = project_folder() / node["original_file_path"]
        connection.execute(
            f"create table {relation} as from read_csv('{path}', header = true, types = {types!r})"
        )
    elif node["resource_type"] == "model":
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        connection.execute(f"create {kind} {relation} as {compiled}")
    elif node["resource_type"] == "test":
        failures = connection.execute(f"select count(*) from ({compiled})").fetchall()
        if failures != [(0,)]:
            raise AssertionError(f"{relation} found {failures[0][0]} rows")
