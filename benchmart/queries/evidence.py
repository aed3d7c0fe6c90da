"""From a row of a mart to the events behind it.

What leads there are the ids that marts carry. A mart may declare it in `config: meta: evidence:` of its yml, a list of:

- relation: fct_results               # a mart with `event_id`, the usual ones are fct_results and fct_measurements
  equal: [compatibility_id]           # columns that are the same there and here; `there: here` where they differ
  results: {"attributes['a']": a}     # the same of the result that a measurement belongs to
  where: basis = 'measured'           # which rows count
  columns: [success_count]            # of which columns this is the evidence; all others when left out
  side: baseline                      # a word for people, where a row is made from several groups of events

Where nothing is declared, the ids among its columns say the same: see `derived_rules`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmart.definitions import Definition

_MEASURED = "status = 'ok' and basis = 'measured' and is_unit_known"
"""What headline numbers rest on."""
_CONDITION = "comparability_id"
_STACK = "software_stack_id"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a mart of facts are the evidence for a row of another."""

    relation: str
    equal: Mapping[str, str]
    """Column of the relation to column of the mart."""
    results: Mapping[str, str] = field(default_factory=dict)
    """The same for the result that a row of the relation belongs to."""
    where: str | None = None
    columns: frozenset[str] = field(default_factory=frozenset)
    """The columns it is about; empty for those that no other rule is about. A column none is about has all of them."""
    side: str | None = None

    def statement(self, row: Mapping[str, Any], database: str | None = None) -> str:
        """The SQL that gives the evidence for this row, with its values written out; in an attached database."""
        place = f"{database}.main." if database else ""
        terms = [self.condition(row), self.where]
        if self.results:
            # The condition narrows the results too, so that not all of them have to be looked through.
            same = {there: here for there, here in self.equal.items() if there == _CONDITION}
            of_result = " and ".join(
                _equals(there, row[here]) for there, here in {**same, **self.results}.items()
            )
            terms.append(f"event_id in (select event_id from {place}fct_results where {of_result})")  # noqa: S608
        conditions = " and ".join(filter(None, terms))
        return f"select * from {place}{self.relation} where {conditions}"  # noqa: S608 - quoted by `literal`

    def condition(self, row: Mapping[str, Any], alias: str | None = None) -> str:
        """What has to be equal, as SQL."""
        prefix = f"{alias}." if alias else ""
        return " and ".join(_equals(f"{prefix}{there}", row[here]) for there, here in self.equal.items())


def rules_for(
    definition: Definition,
    columns: Sequence[str],
    column: str | None,
    fact_columns: Mapping[str, Sequence[str]],
) -> list[Rule]:
    """The rules that lead from a row of the mart to the events behind one column, or behind all of it.

    `columns` are the mart's, `fact_columns` those of the marts that hold events. Empty when nothing leads there.
    """
    declared = [_declared(each) for each in definition.evidence]
    rules = declared or list(derived_rules(definition, columns, fact_columns))
    about = [rule for rule in rules if column in (rule.columns or _of_side(rule, rules, columns))]
    return about or [rule for rule in rules if not rule.columns] or rules


def _of_side(rule: Rule, rules: Sequence[Rule], columns: Sequence[str]) -> set[str]:
    """The columns that tell of one side only: `baseline_value` of the baseline, `value` beside it of the other."""
    prefixes = [f"{other.side}_" for other in rules if other.side]
    if rule.side:
        return {name for name in columns if name.startswith(f"{rule.side}_")}
    return {name for name in columns if any(f"{prefix}{name}" in columns for prefix in prefixes)}


def derived_rules(
    definition: Definition, columns: Sequence[str], fact_columns: Mapping[str, Sequence[str]]
) -> Iterator[Rule]:
    """What the ids among a mart's columns say.

    A mart of events leads to its own event. `comparability_id`, also with a word before it (`baseline_...`), leads to
    what was measured under that condition; each such word is a side of its own. Else the columns of the grain are
    looked for among those of results and of measurements.
    """
    if "event_id" in columns:
        keys = [name for name in ("event_id", "metric_position") if name in columns]
        relation = "fct_measurements" if len(keys) > 1 else definition.name
        yield Rule(relation, dict(zip(keys, keys, strict=True)))
    elif any(name.endswith(_CONDITION) for name in columns) and "metric" in columns:
        yield from _sides(columns)
    else:
        for relation in ("fct_results", "fct_measurements"):
            if definition.grain and set(definition.grain) <= set(fact_columns.get(relation, ())):
                yield Rule(relation, {name: name for name in definition.grain})
                return


def _sides(columns: Sequence[str]) -> Iterator[Rule]:
    ids = [name for name in columns if name.endswith((_CONDITION, _STACK))]
    for prefix in dict.fromkeys(name.removesuffix(_CONDITION).removesuffix(_STACK) for name in ids):

        def here(name: str, prefix: str = prefix) -> dict[str, str]:
            own = next((each for each in (f"{prefix}{name}", name) if each in columns), None)
            return {name: own} if own else {}

        equal = {**here(_CONDITION), **here("metric"), **here("runtime_version")}
        yield Rule("fct_measurements", equal, here(_STACK), _MEASURED, side=prefix.strip("_") or None)


def _declared(told: Mapping[str, Any]) -> Rule:
    return Rule(
        relation=told["relation"],
        equal=_pairs(told["equal"]),
        results=_pairs(told.get("results", {})),
        where=told.get("where"),
        columns=frozenset(told.get("columns", ())),
        side=told.get("side"),
    )


def _pairs(told: Mapping[str, str] | Sequence[str]) -> Mapping[str, str]:
    return told if isinstance(told, Mapping) else {name: name for name in told}


def _equals(column: str, value: Any) -> str:
    return f"{column} is null" if value is None else f"{column} = {literal(value)}"


def literal(value: Any) -> str:
    """The value as SQL has it."""
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "null"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
