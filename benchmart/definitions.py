"""What the models of a warehouse are made by: the file itself says so, in a table that its first build wrote.

So a mart can be explained by whoever has the file, and as it was built, even where the project has changed since.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from benchmart.errors import UsageError, WarehouseMissing

MARTS = "main"
"""The schema of the marts; other layers are schemas named after them."""

_DEFINITIONS = """
    select name, layer, path, language, sql, description, "grain", evidence, columns
    from staging.model_definitions
    order by name
"""


@dataclass(frozen=True, slots=True)
class Definition:
    """One model: where it is written, the SQL it was compiled to, and what is declared of it."""

    name: str
    layer: str
    """The schema its table or view is in."""
    path: str
    """The file it is written in, below the project's folder."""
    language: str
    """`sql` or `python`."""
    sql: str
    """Compiled, as a build from nothing runs it; the log's files stand in it as `events.<kind>`."""
    description: str
    grain: Sequence[str]
    """The columns that tell its rows apart; empty when none are declared."""
    evidence: Sequence[Mapping[str, Any]]
    """What its `meta` declares about the events behind a row (see `benchmart.queries.evidence`)."""
    columns: Mapping[str, str]
    """Descriptions of the columns that are declared, in order."""

    @property
    def is_mart(self) -> bool:
        """Whether people query it."""
        return self.layer == MARTS


def read_definitions(connection: duckdb.DuckDBPyConnection) -> dict[str, Definition]:
    """All models of the open warehouse, by name.

    Raises WarehouseMissing when the file was built by a benchmart that did not write them down yet.
    """
    try:
        rows = connection.execute(_DEFINITIONS).fetchall()
    except duckdb.CatalogException:
        raise WarehouseMissing(
            "this warehouse does not say what its models are made by",
            hint="Build it with this version: `benchmart build`",
        ) from None
    return {row[0]: _definition(row) for row in rows}


def find_mart(definitions: Mapping[str, Definition], name: str) -> Definition:
    """The mart of this name. Raises UsageError that names the nearest ones."""
    found = definitions.get(name)
    if found is not None and found.is_mart:
        return found
    marts = [each.name for each in definitions.values() if each.is_mart]
    near = get_close_matches(name, marts, n=3)
    hint = f"Did you mean: {', '.join(near)}" if near else f"The marts are: {', '.join(marts)}"
    raise UsageError(f"no mart {name!r}", hint=hint)


def _definition(row: Sequence[Any]) -> Definition:
    name, layer, path, language, sql, description, grain, evidence, columns = row
    return Definition(
        name=name,
        layer=layer,
        path=path,
        language=language,
        sql=sql,
        description=_one_line(description),
        grain=tuple(grain or ()),
        evidence=tuple(json.loads(evidence)),
        columns={column: _one_line(text) for column, text in json.loads(columns).items()},
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
