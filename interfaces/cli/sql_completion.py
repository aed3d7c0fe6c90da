"""What may come next in a statement: commands, keywords, marts, columns, functions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from benchmart.config import Home

_WORD = re.compile(r"[\w$]*$")
_FIRST_WORD = re.compile(r"\s*\w*")
_COMMAND = re.compile(r"\s*\.(\w*)(?:\s+(\S*))?$")
_QUALIFIED = re.compile(r"(\w+)\.(\w*)$")
_ALIASES = re.compile(r"\b(?:from|join)\s+(\w+)(?:\s+as)?\s+(\w+)", re.IGNORECASE)
_AFTER_TABLE_WORD = re.compile(
    r"\b(?:from|join|describe|summarize|pivot|unpivot|table)\s+\w*$", re.IGNORECASE
)

_KEYWORDS = (
    "select from where group by having order by limit with as join left inner full cross on using and or not in is null"
    " distinct union all except intersect case when then else end between like ilike over partition by qualify filter"
    " pivot unpivot describe summarize explain show asc desc nulls last exclude replace recursive values sample"
)
_FUNCTIONS = """
    select distinct function_name from duckdb_functions()
    where function_type in ('aggregate', 'window', 'scalar', 'macro') and function_name ~ '^[a-z][a-z0-9_]+$'
        and function_name not like 'icu_%' and function_name not like 'pg_%' and function_name not like 'collate_%'
    order by function_name
"""


@dataclass(frozen=True)
class Names:
    """What can be named in a statement."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Mart to its columns."""
    functions: Sequence[str] = ()
    queries: Mapping[str, str] = field(default_factory=dict)
    """Named query to what it answers."""
    commands: Mapping[str, str] = field(default_factory=dict)
    """Dot command to what it does."""


def read_names(home: Home, commands: Mapping[str, str]) -> Names:
    """The names of the warehouse as it is served now; without marts when there is none."""
    from benchmart.connection import open_warehouse
    from benchmart.errors import BenchmartError

    try:
        with open_warehouse(home) as connection:
            return names_in(connection, commands)
    except BenchmartError:
        return Names(queries=_queries(), commands=commands)


def names_in(connection: duckdb.DuckDBPyConnection, commands: Mapping[str, str] | None = None) -> Names:
    """The names of a warehouse that is open."""
    from benchmart.sql_hints import columns_by_mart

    functions = [name for (name,) in connection.execute(_FUNCTIONS).fetchall()]
    return Names(columns_by_mart(connection), functions, _queries(), commands or {})


def _queries() -> dict[str, str]:
    from benchmart.errors import BenchmartError
    from benchmart.queries.named import named_queries

    try:
        return {query.name: query.description for query in named_queries().values()}
    except BenchmartError:
        return {}


def suggestions(before: str, names: Names) -> Iterator[tuple[str, str, int]]:
    """What may stand at the end of `before`: the text, what it is, and how many characters it takes the place of."""
    if command := _COMMAND.match(before):
        yield from _command_suggestions(command, names)
        return
    if qualified := _QUALIFIED.search(before):
        table, begun = qualified.groups()
        mart = dict(_aliases(before)).get(table, table)
        yield from _matching(begun, dict.fromkeys(names.columns.get(mart, ()), mart))
        return
    found = _WORD.search(before)
    begun = found[0] if found else ""
    if _AFTER_TABLE_WORD.search(before):
        yield from _matching(begun, dict.fromkeys(names.columns, "mart"))
    elif begun:
        yield from _matching(begun, _words(before, names))


def _command_suggestions(command: re.Match[str], names: Names) -> Iterator[tuple[str, str, int]]:
    word, argument = command.groups()
    if argument is None:
        yield from _matching(f".{word}", names.commands)
    elif word == "describe":
        yield from _matching(argument, dict.fromkeys(names.columns, "mart"))
    elif word == "query":
        yield from _matching(argument, names.queries)


def _words(before: str, names: Names) -> dict[str, str]:
    """Columns of the marts named so far, then marts, keywords and functions; all columns while no mart is named.

    No statement begins with a column, so that keywords come first there.
    """
    named = [mart for mart in names.columns if re.search(rf"\b{mart}\b", before, re.IGNORECASE)]
    is_first = _FIRST_WORD.fullmatch(before.rpartition(";")[2]) is not None
    words = dict.fromkeys(_KEYWORDS.split(), "keyword") if is_first else {}
    for mart in named or names.columns:
        for column in names.columns[mart]:
            words.setdefault(column, mart)
    words |= {mart: "mart" for mart in names.columns if mart not in words}
    for meaning, group in (("keyword", _KEYWORDS.split()), ("function", names.functions)):
        for word in group:
            words.setdefault(word, meaning)
    return words


def _aliases(text: str) -> Iterator[tuple[str, str]]:
    return ((alias, mart) for mart, alias in _ALIASES.findall(text))


def _matching(begun: str, words: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """Words that begin so, then those with it inside."""
    key = begun.lower()
    starting = [word for word in words if word.lower().startswith(key)]
    inside = [word for word in words if key in word.lower()[1:] and word not in starting]
    return ((word, words[word], len(begun)) for word in (*starting, *inside) if word != begun)
