"""The SQL guard: one statement, that only reads, over marts. Says what is refused and what to do instead.

DuckDB's own parser decides what a statement is and what it asks for, so that nothing is refused for being unknown to
another one. What slips through does no harm: the connection is read-only, sees no other file, and its settings are
locked (`benchmart.connection`); what takes too much is stopped (`benchmart.sql_limits`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from benchmart.errors import StatementRefused
from benchmart.sql_hints import Known, known_names, nearest
from benchmart.sql_tree import Asked, asked_by

LONGEST_STATEMENT = 100_000
"""Characters. Planning cannot be interrupted, and takes long for statements that only programs write."""

TABLE_FUNCTIONS = frozenset(
    {"generate_series", "histogram", "histogram_values", "json_each", "json_tree"}
    | {"pg_timezone_names", "range", "repeat", "repeat_row", "summary", "unnest"}
)
"""What may stand where a table does: what makes rows of values. All others read files, settings, secrets or the
catalogue, run text as SQL, or change the session."""

REFUSED_FUNCTIONS = {
    "currval": "sequences are not marts",
    "nextval": "it changes a sequence",
    "setval": "it changes a sequence",
    "current_setting": "settings are not for statements",
    "getvariable": "variables are not for statements",
    "getenv": "the environment is not for statements",
    "write_log": "it writes a log",
    "sleep_ms": "it only waits",
    "pg_sleep": "it only waits",
    "json_execute_serialized_sql": "it runs text as SQL",
    "json_serialize_plan": "it plans text as SQL",
    "query": "it runs text as SQL",
    "query_table": "it runs text as SQL",
    "set_config": "settings are not for statements",
    "pg_read_file": "no file but the warehouse is read",
    "read_text": "no file but the warehouse is read",
    "read_blob": "no file but the warehouse is read",
}
"""Functions that give a value and more, with the reason."""

_READING = frozenset({"SELECT", "EXPLAIN", "MULTI"})
"""Types of statements that only read; a `pivot` over the values of a column comes as MULTI, and so do others."""
_LISTINGS = frozenset({"tables", "databases"})
_GAP = r"(?>\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*+"
_EXPLAIN = re.compile(
    rf"{_GAP}explain\b{_GAP}(?:\({_GAP}(?:analyze|verbose|format|summary|codegen)\b[^)]*\)|analyze\b|verbose\b)?",
    re.IGNORECASE | re.DOTALL,
)
_ELSEWHERE = re.compile(
    r"[/\\*?]|://|\.(?:csv|tsv|json|jsonl|ndjson|parquet|db|duckdb|xlsx|txt)(?:\.\w+)?$", re.IGNORECASE
)
_CHANGED_BY = "The warehouse is only read here; it is changed by `benchmart import`, `collect` and `build`"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was let through."""

    text: str
    """As it was written, without the semicolon at its end."""
    marts: frozenset[str]
    """The marts it asks for."""


def check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> Statement:
    """The one statement in `sql`. Raises StatementRefused."""
    if len(sql) > LONGEST_STATEMENT:
        raise StatementRefused(
            f"the statement has {len(sql):,} characters, and {LONGEST_STATEMENT:,} are the most",
            hint="Join with a list of values, or ask in steps",
        )
    text, kind = _only_statement(connection, sql)
    if kind not in _READING:
        raise StatementRefused(f"{kind.lower().replace('_', ' ')} is not a query", hint=_CHANGED_BY)
    asked = asked_by(connection, _without_explain(connection, text, kind))
    known = known_names(connection)
    for check in _CHECKS:
        check(asked, known)
    return Statement(text, frozenset(filter(None, (_mart(name, known) for name in asked.tables))))


def _only_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, str]:
    """The statement and DuckDB's word for its type."""
    try:
        sql.encode()
        statements = connection.extract_statements(sql)
    except UnicodeEncodeError as error:
        raise StatementRefused("not valid SQL: it holds half a character") from error
    except duckdb.Error as error:
        raise StatementRefused(f"not valid SQL: {error}") from error
    if len(statements) != 1:
        what = "there is no statement" if not statements else f"{len(statements)} statements"
        raise StatementRefused(what, hint="Give one statement at a time")
    try:
        kind = str(statements[0].type.name)
    except ValueError:  # a type that DuckDB's own Python package has no name for
        kind = "THIS"
    return str(statements[0].query), kind


def _without_explain(connection: duckdb.DuckDBPyConnection, text: str, kind: str) -> str:
    """What an `explain` explains, since `explain analyze` runs it; any other statement as it is."""
    found = _EXPLAIN.match(text)
    if kind == "SELECT" or (kind == "MULTI" and not found):
        return text
    explained, kind = _only_statement(connection, text[found.end() :] if found else text)
    if kind not in _READING - {"EXPLAIN"}:
        what = "this explain" if kind == "EXPLAIN" else kind.lower().replace("_", " ")
        raise StatementRefused(f"{what} is not a query, and cannot be explained here", hint=_CHANGED_BY)
    return explained


def _check_that_it_reads(asked: Asked, _known: Known) -> None:
    if asked.writes:
        raise StatementRefused(f"{', '.join(sorted(asked.writes))} is not a query", hint=_CHANGED_BY)


def _check_listings(asked: Asked, _known: Known) -> None:
    for listing in sorted(asked.listings - _LISTINGS):
        what = "all tables" if listing == "__show_tables_expanded" else listing
        raise StatementRefused(f"show {what} is not a question to the marts", hint="Try `show tables`")


def _check_functions(asked: Asked, _known: Known) -> None:
    for name in sorted(asked.functions & REFUSED_FUNCTIONS.keys()):
        raise StatementRefused(
            f"the function {name} is not allowed: {REFUSED_FUNCTIONS[name]}", hint="Leave it out"
        )
    for name in sorted(asked.table_functions - TABLE_FUNCTIONS):
        reason = REFUSED_FUNCTIONS.get(name, "files, settings and text as SQL are not read here")
        raise StatementRefused(
            f"the table function {name} is not allowed: {reason}",
            hint=f"Allowed are: {', '.join(sorted(TABLE_FUNCTIONS))}",
        )


def _check_tables(asked: Asked, known: Known) -> None:
    for name in asked.tables:
        is_own = len(name) == 1 and name[0].casefold() in asked.queries
        if not (is_own or _mart(name, known) or _is_schema_view(name, known)):
            raise _unknown_table(name, known)


_CHECKS: tuple[Callable[[Asked, Known], None], ...] = (
    _check_that_it_reads,
    _check_listings,
    _check_functions,
    _check_tables,
)


def _mart(name: tuple[str, ...], known: Known) -> str | None:
    """The mart that a name means, whether schema and database are given or not."""
    *where, table = (part.casefold() for part in name)
    is_here = where in ([], ["main"], [known.database], [known.database, "main"])
    return known.marts.get(table) if is_here else None


def _is_schema_view(name: tuple[str, ...], known: Known) -> bool:
    """Whether it is a view of `information_schema`, which names marts and columns."""
    where = [part.casefold() for part in name[:-1]]
    return where in (["information_schema"], [known.database, "information_schema"])


def _unknown_table(name: tuple[str, ...], known: Known) -> StatementRefused:
    written = ".".join(name)
    if _ELSEWHERE.search(written):
        return StatementRefused(
            f"{written} is not a mart: no file but the warehouse is read",
            hint="`benchmart import` takes files in",
        )
    near = nearest(name[-1], known.marts)
    below = "Layers below the marts are for dbt, and change without notice"
    hint = f"Did you mean: {', '.join(near)}" if near else f"The marts are: {', '.join(sorted(known.marts))}"
    return StatementRefused(f"{written} is not a mart", hint=f"{hint}. {below}" if len(name) > 1 else hint)
