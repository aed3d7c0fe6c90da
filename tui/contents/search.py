"""What is typed to find rows: `convnext fp16`, `batch>=32`, `status=failed`, `hardware:a100`, `"two words"`.

A word has to be in one of the columns that are searched. Before one of the signs a column is named: `:` is for what
it contains, `=` and `!=` for what it is, `<`, `<=`, `>` and `>=` for numbers and moments. All terms have to hold;
upper and lower case are the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TERM = re.compile(
    r'(?:(?P<column>[^\s"<>=!:]+)(?P<sign>!=|<=|>=|[:=<>]))?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))'
)
_COMPARED = ("<", "<=", ">", ">=")


def conditions(
    search: str, columns: Mapping[str, str], searched: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """A `where`, empty where nothing is searched for, and its parameters."""
    parameters: dict[str, Any] = {}
    found = list(
        _conditions(search, {name.lower(): what for name, what in columns.items()}, searched, parameters)
    )
    return (f"where {' and '.join(found)}" if found else ""), parameters


def with_next(search: str, column: str, values: Sequence[Any]) -> str:
    """The search with the value after the one that it keeps of the column; without after the last."""
    kept, rest = None, []
    for term in _TERM.finditer(search):
        if (term["column"] or "").lower() == column and term["sign"] == "=":
            kept = (term["plain"] if term["quoted"] is None else term["quoted"]).lower()
        else:
            rest.append(term[0])
    told = ["null" if value is None else str(value) for value in values]
    known = [value.lower() for value in told]
    at = known.index(kept) + 1 if kept in known else 0
    if at < len(told):
        value = told[at]
        rest.append(f'{column}="{value}"' if " " in value else f"{column}={value}")
    return " ".join(rest)


def _conditions(
    search: str, columns: Mapping[str, str], searched: Sequence[str], parameters: dict[str, Any]
) -> Iterator[str]:
    for number, term in enumerate(_TERM.finditer(search)):
        name, sign = f"word_{number}", term["sign"]
        value = (term["plain"] if term["quoted"] is None else term["quoted"]).lower()
        column = columns.get((term["column"] or "").lower())
        if sign and column is None:
            value = term[0].lower()  # such as a model named `gpt:2`
        if sign and column is not None:
            yield _comparison(column, sign, value, name, parameters)
        elif searched:
            parameters[name] = value
            yield f"({' or '.join(each.format(word='$' + name) for each in searched)})"


def _comparison(column: str, sign: str, value: str, name: str, parameters: dict[str, Any]) -> str:
    if value == "null" and sign in ("=", "!="):
        return f"({column}) is {'not ' if sign == '!=' else ''}null"
    parameters[name] = value
    if sign == ":":
        return f"contains(lower(cast({column} as varchar)), ${name})"
    if sign in _COMPARED:
        return f"""coalesce(
            try_cast({column} as double) {sign} try_cast(${name} as double),
            try_cast({column} as timestamp) {sign} try_cast(${name} as timestamp), false
        )"""
    return f"(lower(cast({column} as varchar)) is {'' if sign == '!=' else 'not '}distinct from ${name})"
