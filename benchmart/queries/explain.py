"""Why a mart says what it says: the formula of a column, and the events behind one of its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmart.definitions import find_mart, read_definitions
from benchmart.event_log.files import LogFile
from benchmart.event_log.kind import ENVELOPE
from benchmart.event_log.read import read_file
from benchmart.lineage import Lineage, Step
from benchmart.queries.evidence import Rule, literal, rules_for
from benchmart.queries.keys import find_row, read_words

_FACTS = ("fct_results", "fct_measurements")

_RESULTS = """
    with evidence as ({statement})
    select
        results.event_id, {numbers} results.status, results.basis, results.error_class, results.error_message,
        results.subject, results.mode, results.device, results.device_kind, results.precision, results.batch_size,
        results.runtime_version, results.run_id,
        results.collector, results.collector_version,
        results.source_uri, results.source_digest, results.source_locator,
        results.attributes, results.occurred_at, results.recorded_at, results.batch_id
    from evidence inner join fct_results as results using (event_id)
    order by results.occurred_at nulls first, results.event_id {order}
    limit {limit}
"""
_NUMBERS = """
    evidence.metric_position, evidence.metric, evidence.value, evidence.unit, evidence.source_value,
    evidence.source_unit,
"""
_OTHERS = "select * from ({statement}) order by event_id limit {limit}"

_RETRACTED = """
    select retracted.event_id, retracted.reason, retracted.author, retracted.retracted_at
    from intermediate.int_results_retracted as retracted
    inner join intermediate.int_results_identified as results using (event_id)
    where {condition}
    order by retracted.retracted_at, retracted.event_id
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The events that one side of a cell rests on."""

    side: str | None
    sql: str
    """The statement over marts that gives all of them."""
    count: int
    """Rows it gives: one an event, or one a number of an event."""
    events: Sequence[Mapping[str, Any]]
    """The first of them, with where each came from."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cell, or one row, of a mart."""

    mart: str
    description: str
    grain: Sequence[str]
    row: Mapping[str, Any]
    column: str | None
    meaning: str | None
    """What the column's description says."""
    steps: Sequence[Step]
    """How the column is worked out, the mart first; empty for a whole row."""
    evidence: Sequence[Evidence]
    retracted: Sequence[Mapping[str, Any]]
    """Results that would have been among the evidence, had they not been retracted."""


def explain(
    connection: duckdb.DuckDBPyConnection, events_root: Path, mart: str, words: Sequence[str], limit: int
) -> Explanation:
    """Explain the cell that the words tell: `column=value` pairs or an id, and the name of a column.

    At most `limit` events a side are looked up. Raises UsageError when the words tell no single row.
    """
    definitions = read_definitions(connection)
    definition = find_mart(definitions, mart)
    columns = _columns(connection, (mart, *_FACTS))
    asked = read_words(connection, definition, columns[mart], words)
    row = find_row(connection, definition, asked.pairs)
    rules = rules_for(definition, columns[mart], asked.column, columns)
    steps = Lineage(connection, definitions).trace(mart, asked.column) if asked.column else []
    return Explanation(
        mart=mart,
        description=definition.description,
        grain=definition.grain,
        row=row,
        column=asked.column,
        meaning=definition.columns.get(asked.column) if asked.column else None,
        steps=steps,
        evidence=[_evidence(connection, events_root, rule, row, limit) for rule in rules],
        retracted=_retracted(connection, rules, row),
    )


def _columns(connection: duckdb.DuckDBPyConnection, marts: Sequence[str]) -> dict[str, list[str]]:
    return {
        mart: [name for name, *_ in connection.execute(f"describe main.{mart}").fetchall()]
        for mart in dict.fromkeys(marts)
    }


def _evidence(
    connection: duckdb.DuckDBPyConnection, events_root: Path, rule: Rule, row: Mapping[str, Any], limit: int
) -> Evidence:
    statement = rule.statement(row)
    count = connection.execute(f"select count(*) from ({statement})").fetchall()[0][0]  # noqa: S608 - ours
    if rule.relation in _FACTS:
        is_measured = rule.relation == "fct_measurements"
        sql = _RESULTS.format(
            statement=statement,
            numbers=_NUMBERS if is_measured else "",
            order=", evidence.metric_position" if is_measured else "",
            limit=limit,
        )
    else:
        sql = _OTHERS.format(statement=statement, limit=limit)
    cursor = connection.execute(sql)
    names = [name for name, *_ in cursor.description or ()]
    events = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return Evidence(rule.side, statement, count, _with_origin(connection, events_root, events))


def _with_origin(
    connection: duckdb.DuckDBPyConnection, root: Path, events: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add the batch file of each event; and the envelope, where the mart leaves it out."""
    # Marts of predictions leave the batch out: what they tell of comes from no file.
    batches = sorted({event["batch_id"] for event in events if event.get("batch_id")})
    listed = ", ".join(map(literal, batches)) or "''"
    sql = f"""
        select log_file from event_batches
        where split_part(parse_filename(log_file), '-', 1) in ({listed})
    """  # noqa: S608 - quoted by `literal`
    files = {Path(name).name.split("-")[0]: name for (name,) in connection.execute(sql).fetchall()}
    complete = []
    for event in events:
        name = files.get(event.get("batch_id") or "")
        envelope = {} if "source_uri" in event or name is None else _envelope(root, name, event["event_id"])
        complete.append({**envelope, **event, "log_file": name})
    return complete


def _envelope(root: Path, log_file: str, event_id: Any) -> dict[str, Any]:
    """What the event itself says of where it came from; nothing when the log is not here."""
    import pyarrow.compute as pc

    kind, day, name = log_file.split("/")
    file = LogFile(kind.removeprefix("kind="), day.removeprefix("date="), name)
    if not file.below(root).exists():
        return {}
    wanted = pc.field("event_id") == str(event_id).replace("-", "")
    found = read_file(root, file, ENVELOPE, wanted).to_pylist()
    return {key: value for key, value in (found[0] if found else {}).items() if key != "event_id"}


def _retracted(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule], row: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What was retracted of the same conditions, cells or other ids."""
    columns = set(_columns(connection, ("fct_results",))["fct_results"]) - {"event_id"}
    found: dict[Any, dict[str, Any]] = {}
    for rule in rules:
        ids = Rule("", {there: here for there, here in rule.equal.items() if there in columns})
        if not ids.equal or rule.relation not in _FACTS:
            continue
        cursor = connection.execute(_RETRACTED.format(condition=ids.condition(row, "results")))
        names = [name for name, *_ in cursor.description or ()]
        for values in cursor.fetchall():
            found[values[0]] = dict(zip(names, values, strict=True))
    return list(found.values())
