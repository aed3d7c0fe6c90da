"""A mapping's results a column at a time, for long tables; `records` says what the rows mean, and this gives the same.

Only what is plain is read here. A row of which anything is not (a cell that is no number, a rule that speaks, a record
without a number, a contradiction) is odd: it is handed over to `records` whole, with all of its
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from collectors.adapters.columns import Column, Columns, Mask, MetricValues, Rows, result_table
from collectors.adapters.contract import EventTable
from collectors.adapters.mapping.fields import checked_field, remarks
from collectors.adapters.mapping.model import ANY_METRIC, MetricColumn, Pattern, Result, Rule, Source, Test
from collectors.adapters.mapping.outcome import CONTRADICTION, SECONDS, check_size, reason_of, unit_of
from collectors.adapters.mapping.plan import Kind, Plan, Scope, Slot, groups_of
from collectors.adapters.mapping.values import Values, number_of, text_of
from collectors.adapters.moments import ZONE_NOT_STATED


class ColumnReader:
    """Reads the rows of one table that are plain; `odd` are the others."""

    def __init__(
        self, plan: Plan, shared: Mapping[str, Any], columns: Columns, places: Sequence[str]
    ) -> None:
        self._plan = plan
        self._columns = columns
        self._places = places
        """Where each row stands, such as `line 17`."""
        self._shared = {name: Column.same(value, columns.count) for name, value in shared.items()}

    @property
    def odd(self) -> Rows:
        """Numbers of the rows that were not read."""
        return np.flatnonzero(self._columns.odd)

    def tables(self) -> Iterator[EventTable]:
        """One table for each kind of record and wide column; to be gone through before `odd` is asked for."""
        columns, plan = self._columns, self._plan
        for name, value in plan.file.items():
            columns.add(name, Column.same(value, columns.count))
        for pattern in plan.patterns:
            self._match(pattern)
        others = {name: columns.apply([name], _kept) for name in plan.others}
        meant = [(kind, self._meant(kind.result)) for kind in plan.kinds]
        columns.odd |= ~np.logical_or.reduce([mask for _, mask in meant])
        made = [part for kind, mask in meant for part in self._of_kind(kind, mask, others)]
        for part in made:
            rows = np.flatnonzero(part.mask & ~columns.odd)
            if len(rows):
                yield part.table(rows, self._locators(rows, part.suffix))

    def _locators(self, rows: Rows, suffix: str) -> pa.Array:
        return pa.array([self._places[row] + suffix for row in rows], pa.string())

    def _match(self, one: Pattern) -> None:
        groups = tuple(one.pattern.groupindex)
        if any(name in self._columns for name in groups):
            self._columns.odd[:] = True  # which of two columns is meant differs from row to row
            return
        found = self._columns.apply([one.column or ""], lambda row: _groups(one, row))
        for name in groups:
            values = [None if match is None else match[name] for match in found.values]
            self._columns.add(name, Column(found.codes, values))

    def _meant(self, result: Result) -> Mask:
        mask = np.ones(self._columns.count, np.bool_)
        for test in result.when:
            mask &= self._holds(test, test.column)
        return mask

    def _holds(self, test: Test, name: str) -> Mask:
        """Shape (rows,): where the test is true of the cell in this column."""
        if name not in self._columns:
            return np.full(self._columns.count, test.holds(None))
        column = self._columns[name]
        if test.cells is not None or test.pattern is not None:
            return column.where(test.holds)
        numbers = column.plain_numbers
        held = ~np.isnan(numbers)
        if test.is_zero:
            held[:] = False
        if test.below is not None:
            held &= numbers < test.below
        if test.above is not None:
            held &= numbers > test.above
        for place in np.flatnonzero(np.isnan(numbers)).tolist():
            held[place] = test.holds(column.values[place])
        return held[column.codes]

    def _of_kind(self, kind: Kind, mask: Mask, others: Mapping[str, Column]) -> "Iterator[_Part]":
        row = self._said(kind.row, {})
        for slot in kind.slots:
            cell = self._said(kind.cell, slot.header)
            said = [self._constant(slot), row, cell]
            fields, condition, attributes = (
                {k: v for one in said for k, v in one[i].items()} for i in range(3)
            )
            self._find_rules(slot, mask)
            metrics = [self._metric(one, mask) for one in slot.metrics]
            fields = {**self._shared, **fields, **self._outcome(kind.result, fields, metrics, mask)}
            self._columns.odd |= mask & fields["subject"].where(lambda text: text is None)
            has_any = np.logical_or.reduce([metric.present for metric in metrics]) if metrics else mask
            if not kind.result.is_optional:
                self._columns.odd |= mask & ~has_any
            yield _Part(slot.suffix, mask & has_any, fields, condition, {**others, **attributes}, metrics)

    def _constant(self, slot: Slot) -> tuple[dict[str, Column], ...]:
        said = (slot.said.fields, slot.said.condition, slot.said.attributes)
        return tuple(
            {key: Column.same(text, self._columns.count) for key, text in one.items()} for one in said
        )

    def _said(self, scope: Scope, header: Mapping[str, Any]) -> tuple[dict[str, Column], ...]:
        fields: dict[str, Column] = {}
        attributes = {key: self._text(source, header) for key, source in scope.attributes.sources}
        for field, source in scope.fields:
            column = self._columns.apply(
                source.names,
                partial(_field, field, source, header),
            )
            if field == "occurred_at":
                attributes |= _remarked(column)
                column = Column(
                    column.codes, [None if value is None else value.at for value in column.values]
                )
            fields[field] = column
        condition = {key: self._text(source, header) for key, source in scope.condition.sources}
        return fields, condition, attributes

    def _text(self, source: Source, header: Mapping[str, Any]) -> Column:
        return self._columns.apply(source.names, lambda row: source.read({**row, **header}))

    def _find_rules(self, slot: Slot, mask: Mask) -> None:
        """Rows of which a rule says something are odd."""
        for rule in slot.rules:
            for column in _columns_of(rule, slot):
                self._columns.odd |= mask & self._holds(rule.test, column)

    def _metric(self, one: MetricColumn, mask: Mask) -> MetricValues:
        number = partial(self._number, one)
        if self._plan.number is number_of:
            numbers = self._columns.numbers(one.column, number)
        else:  # a comma for the decimal point: no number is plain
            numbers = self._columns.apply([one.column], lambda row: number(row[one.column])).numbers()
        if one.is_required:
            self._columns.odd |= mask & np.isnan(numbers)
        names = [one.unit_column] if one.unit_column else []
        unit = self._columns.apply(names, lambda row: unit_of(one, row))
        return MetricValues(one.metric, unit, numbers)

    def _number(self, one: MetricColumn, cell: object) -> float | None:
        if cell is None or cell == "":
            return None
        number = self._plan.number(cell)
        if number == 0 and one.is_zero_absent:
            return None
        check_size(one, number)
        return number

    def _outcome(
        self, result: Result, fields: Mapping[str, Column], metrics: Sequence[MetricValues], mask: Mask
    ) -> dict[str, Column]:
        nothing = Column.same(None, self._columns.count)
        status = fields.get("status", nothing)
        self._columns.odd |= mask & status.where(lambda text: text not in (None, "ok"))
        if result.is_consistent:
            self._columns.odd |= mask & _contradicts(metrics, fields.get("batch_size", nothing))
        basis, reason = fields.get("basis", nothing), fields.get("basis_reason", nothing)
        both = Columns({"basis": basis, "reason": reason}, self._columns.count)
        return {
            "status": Column.same("ok", self._columns.count),
            "basis": both.apply(["basis"], lambda row: row["basis"] or "measured"),
            "basis_reason": both.apply(["basis", "reason"], lambda row: reason_of(**row)),
        }


@dataclass(frozen=True, slots=True)
class _Part:
    """The records that one slot gives, before it is known which rows are odd."""

    suffix: str
    mask: Mask
    fields: Mapping[str, Column]
    condition: Mapping[str, Column]
    attributes: Mapping[str, Column]
    metrics: Sequence[MetricValues]

    def table(self, rows: Rows, locators: pa.Array) -> EventTable:
        return result_table(
            rows,
            locators,
            fields=self.fields,
            condition=self.condition,
            attributes=self.attributes,
            metrics=self.metrics,
        )


def _field(field: str, source: Source, header: Values, row: Values) -> Any:
    return checked_field(field, source.read({**row, **header}), source)


def _kept(row: Mapping[str, object]) -> str | None:
    """A cell that nothing asked for, as text; None for what is no plain value."""
    try:
        return text_of(*row.values())
    except ValueError:
        return None


def _groups(one: Pattern, row: Mapping[str, object]) -> dict[str, str | None]:
    return groups_of(one, text_of(row.get(one.column or "")) or "")


def _columns_of(rule: Rule, slot: Slot) -> list[str]:
    return [one.column for one in slot.metrics] if rule.test.column == ANY_METRIC else [rule.test.column]


def _remarked(column: Column) -> dict[str, Column]:
    """The attributes that tell what there is to say about a time."""
    said = [{} if value is None else remarks("occurred_at", value) for value in column.values]
    return {key: Column(column.codes, [one.get(key) for one in said]) for key in ZONE_NOT_STATED}


def _contradicts(metrics: Sequence[MetricValues], batch_size: Column) -> Mask:
    """Shape (rows,): where mean latency and throughput contradict each other, as `outcome.contradiction` has it."""
    latency, throughput = (_last(metrics, name) for name in ("latency_mean", "throughput"))
    if latency is None or throughput is None:
        return np.zeros(len(batch_size.codes), np.bool_)
    scales = Column(latency.unit.codes, [SECONDS.get(unit, np.nan) for unit in latency.unit.values])
    is_rate = throughput.unit.where(lambda unit: unit == "item/second")
    ratio = throughput.values * latency.values * scales.numbers() / batch_size.numbers()
    return is_rate & (np.abs(ratio - 1) > CONTRADICTION)


def _last(metrics: Sequence[MetricValues], name: str) -> MetricValues | None:
    named = [metric for metric in metrics if metric.name == name]
    return named[-1] if named else None
