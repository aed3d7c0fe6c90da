"""An SQL function that holds names against many patterns. It exists on the build's connection only.

benchmart_first_matches(names, patterns)    for each name the place, from 1, of the first pattern found in it, or null

DuckDB compiles a pattern that stands in a column anew for every row; here each is compiled once for all names.
"""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from duckdb.sqltypes import INTEGER, VARCHAR


def register_pattern_function(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the function known to `connection` and all its cursors."""
    strings, places = duckdb.list_type(VARCHAR), duckdb.list_type(INTEGER)
    connection.create_function("benchmart_first_matches", first_matches, [strings, strings], places)


def first_matches(names: list[str], patterns: list[str]) -> list[int | None]:
    """For each name the place, from 1, of the first pattern (RE2, as in DuckDB) that is found in it; else None."""
    places: list[int | None] = [None] * len(names)
    left, rows = pa.array(names, pa.string()), pa.array(range(len(names)), pa.int64())
    for place, pattern in enumerate(patterns, start=1):
        is_found = pc.match_substring_regex(left, pattern)
        for row in rows.filter(is_found).to_pylist():
            places[row] = place
        is_left = pc.invert(is_found)
        left, rows = left.filter(is_left), rows.filter(is_left)
    return places
