"""A mapping applied to the columns of one table: what has to be worked out once a table, a column, a row, a cell."""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

from benchmart.errors import DocumentRejected
from collectors.adapters.document import Document
from collectors.adapters.mapping.fields import checked_field, remarks
from collectors.adapters.mapping.model import (
    ANY_METRIC,
    Mapping,
    MetricColumn,
    Pattern,
    Result,
    Rule,
    Source,
    Wide,
)
from collectors.adapters.mapping.values import Values, number_written, text_of

HEADER = "header"
"""The name of a wide column's header among the values of its records."""

_NOTHING: Dictionary[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """What sources say: fields of a result, its condition, its attributes."""

    fields: Dictionary[str, Any]
    condition: Dictionary[str, str]
    attributes: Dictionary[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Sources that are read together."""

    fields: tuple[tuple[str, Source], ...]
    condition: "_Texts"
    attributes: "_Texts"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.fields or self.condition or self.attributes)

    def read(self, row: Values) -> Said:
        """What they say about this row; what is empty is left out. Raises ValueError."""
        fields: dict[str, Any] = {}
        attributes = self.attributes.read(row)
        for field, source in self.fields:
            value = checked_field(field, source.read(row), source)
            if value is not None:
                fields[field] = value.at if field == "occurred_at" else value
                attributes |= remarks(field, value)
        return Said(fields, self.condition.read(row), attributes)


class _Texts:
    """Texts under names; most are cells as they are, which is worth a way of its own."""

    def __init__(self, sources: list[tuple[str, Source]]) -> None:
        self.sources = sources
        self._cells = [(key, source.column or "") for key, source in sources if source.is_plain]
        self._others = [(key, source) for key, source in sources if not source.is_plain]

    def __bool__(self) -> bool:
        return bool(self._cells or self._others)

    def read(self, row: Values) -> dict[str, str]:
        texts: dict[str, str] = {}
        for key, column in self._cells:
            cell = row.get(column)
            if cell is not None and (text := text_of(cell)) is not None:
                texts[key] = text
        for key, source in self._others:
            if (text := source.read(row)) is not None:
                texts[key] = text
        return texts


@dataclass(frozen=True, slots=True)
class Slot:
    """A record that each row gives: of a wide table one for each column, else one for each result."""

    suffix: str
    """What the record's place has behind the row's."""
    said: Said
    """What the table and the column say already."""
    header: Values
    metrics: tuple[MetricColumn, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One result of the mapping, with its slots in this table."""

    result: Result
    row: Scope
    cell: Scope
    """Sources that need both the row and the header of a wide table's column."""
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping for the columns of one table."""

    mapping: Mapping
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    patterns: tuple[Pattern, ...]
    lenient: frozenset[str]
    """Columns that a JSON object may lack."""
    others: tuple[str, ...]
    """Columns that nothing asks for: they are kept as attributes."""
    number: Callable[[object], float]
    file: Values
    """What the file's name says."""


def plan_for(mapping: Mapping, columns: tuple[str, ...], document: Document) -> Plan:
    """Raises DocumentRejected when a column is missing that the mapping needs."""
    file = _from_file_name(mapping, document.name)
    patterns = tuple(
        one for one in mapping.patterns if one.column in columns or (one.column and not one.is_optional)
    )
    groups = {name for one in mapping.patterns for name in one.pattern.groupindex}
    known = {*columns, *file, *groups, *(heading.name for heading in mapping.headings)}
    if missing := [name for name in needed_columns(mapping) if name not in known]:
        what = f"missing columns: {', '.join(missing)}"
        raise DocumentRejected(what, hint=f"The table has: {', '.join(columns)[:200]}")
    used = _used(mapping)
    kinds = tuple(_kind(result, columns, used, file) for result in mapping.results)
    spread = {str(slot.header[HEADER]) for kind in kinds for slot in kind.slots if HEADER in slot.header}
    others = tuple(name for name in columns if name not in used and name not in spread)
    return Plan(
        mapping=mapping,
        columns=columns,
        kinds=kinds,
        patterns=patterns,
        lenient=frozenset(others) | (set(columns) - set(needed_columns(mapping)) - spread),
        others=others if mapping.keeps_other_columns else (),
        number=number_written(mapping.layout.decimal, mapping.layout.thousands),
        file=file,
    )


def needed_columns(mapping: Mapping) -> Iterator[str]:
    """Columns, or names that patterns make of them, without which the mapping says nothing."""
    for pattern in mapping.patterns:
        if pattern.column is not None and not pattern.is_optional:
            yield pattern.column
    for heading in mapping.headings:
        yield from (heading.test.column, heading.column, *heading.within)
    for result in mapping.results:
        header = {HEADER, *result.wide.columns.groupindex} if result.wide else set()
        for source in result.sources:
            if not source.is_optional:
                yield from source.names - header
        yield from (one.column for one in result.metrics if not one.is_optional)
        yield from (one.unit_column for one in result.metrics if one.unit_column)
        yield from (test.column for test in result.when)
        optional = {ANY_METRIC, *(one.column for one in result.metrics if one.is_optional)}
        yield from (rule.test.column for rule in result.rules if rule.test.column not in optional)


def _used(mapping: Mapping) -> frozenset[str]:
    """Columns whose cells stand in the records already."""
    headings = {heading.test.column for heading in mapping.headings}
    metrics = {metric.column for result in mapping.results for metric in result.metrics}
    units = {metric.unit_column for result in mapping.results for metric in result.metrics}
    sources = {name for result in mapping.results for source in result.sources for name in source.names}
    return frozenset(headings | metrics | sources | {unit for unit in units if unit})


def _from_file_name(mapping: Mapping, name: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in mapping.patterns:
        if one.column is not None:
            continue
        match = one.pattern.search(name)
        if match is None and one.is_required:
            hint = f"It should have {one.pattern.pattern}"
            raise DocumentRejected(f"the file name {name!r} does not say what is needed", hint=hint)
        found |= match.groupdict() if match else dict.fromkeys(one.pattern.groupindex)
    return found


def _kind(result: Result, columns: tuple[str, ...], used: frozenset[str], file: Values) -> Kind:
    header = {HEADER, *result.wide.columns.groupindex} if result.wide else set()
    early = _scope(result, lambda names: names <= header | file.keys())
    row = _scope(result, lambda names: not names & header and not names <= file.keys())
    cell = _scope(result, lambda names: bool(names & header) and not names <= header | file.keys())
    slots = tuple(_slots(result, columns, used, file, early))
    return Kind(result, row, cell, slots)


def _scope(result: Result, belongs: Callable[[frozenset[str]], bool]) -> Scope:
    def chosen(sources: Dictionary[str, Source]) -> list[tuple[str, Source]]:
        return [(key, source) for key, source in sources.items() if belongs(source.names)]

    return Scope(
        tuple(chosen(result.fields)),
        _Texts(chosen(result.condition)),
        _Texts(chosen(result.attributes)),
    )


def _slots(
    result: Result, columns: tuple[str, ...], used: frozenset[str], file: Values, early: Scope
) -> Iterator[Slot]:
    try:
        if result.wide is None:
            metrics = tuple(one for one in result.metrics if one.column in columns or not one.is_optional)
            if result.metrics and not metrics:
                return
            _check_distinct(metrics)
            absent = {one.column for one in result.metrics} - {one.column for one in metrics}
            rules = tuple(rule for rule in result.rules if rule.test.column not in absent)
            yield Slot("", early.read(file), _NOTHING, metrics, rules)
            return
        for name in columns:
            match = None if name in used else result.wide.columns.fullmatch(name)
            if match:
                header = {HEADER: name, **match.groupdict()}
                said = early.read({**file, **header})
                yield Slot(f" column {name}", said, header, (_of(result.wide, name),), _rules(result, name))
    except ValueError as error:
        raise DocumentRejected(str(error)) from None


def _check_distinct(metrics: tuple[MetricColumn, ...]) -> None:
    """Raises ValueError: of two numbers under one name nobody could tell which is meant."""
    columns: dict[str, str] = {}
    for one in metrics:
        if one.metric in columns:
            raise ValueError(f"{columns[one.metric]} and {one.column} are both {one.metric}")
        columns[one.metric] = one.column


def _of(wide: Wide, column: str) -> MetricColumn:
    return MetricColumn(column, wide.metric, wide.unit)


def _rules(result: Result, header: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in result.rules if rule.header is None or rule.header.fullmatch(header))


def groups_of(one: Pattern, text: str) -> dict[str, str | None]:
    """The named groups of a pattern. Raises ValueError when it has to match and does not."""
    match = one.pattern.fullmatch(text)
    if match is None and one.is_required:
        raise ValueError(f"{one.column}: {text!r} is not {one.pattern.pattern}")
    return match.groupdict() if match else dict.fromkeys(one.pattern.groupindex)


def other_columns(plan: Plan, row: Values) -> dict[str, str]:
    """Cells that nothing asked for, as text; what is no plain value is left out."""
    kept = {}
    for name in plan.others:
        try:
            text = text_of(row[name])
        except ValueError:
            continue
        if text is not None:
            kept[name] = text
    return kept
