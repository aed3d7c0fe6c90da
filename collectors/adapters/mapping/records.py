"""From the rows of a table to results, as a mapping says."""

import re
from collections.abc import Iterator
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.mapping.model import ANY_METRIC, Mapping, MetricColumn, Result, filled
from collectors.adapters.mapping.plan import Kind, Plan, Said, Slot, other_columns, plan_for
from collectors.adapters.mapping.table import ABSENT, Row, read_table
from collectors.adapters.mapping.values import text_of

_EMPTY = Said({}, {}, {})
_NEVER_ZERO = re.compile(r"latency_.*|.*throughput|speedup|duration|time_to_train")
"""A step takes time: zero stands for something else, which a rule of the mapping has to tell."""
_NO_NUMBER = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "the row has no measurement and does not say why",
    "error_class": "no_measurement",
}
_CONTRADICTION = 0.1
_SECONDS = {"second": 1.0, "millisecond": 1e-3, "microsecond": 1e-6, "nanosecond": 1e-9}


def read(document: Document, mapping: Mapping) -> Findings:
    """The records of the document. Raises NotResults or DocumentRejected."""
    if mapping.not_results is not None:
        raise NotResults(mapping.not_results)
    table = read_table(document, mapping.layout, mapping.recognise.columns)
    yield from _Reader(plan_for(mapping, table.columns, document), document).findings(table.rows)


class _Reader:
    """Goes through the rows of one table; what it remembers between rows are headings."""

    def __init__(self, plan: Plan, document: Document) -> None:
        self._plan = plan
        self._shared = provenance(document, plan.mapping.name, plan.mapping.version)
        self._matches: dict[tuple[int, str], dict[str, object]] = {}
        self._headings: dict[str, tuple[tuple[object, ...], object]] = {}

    def findings(self, rows: Iterator[Row]) -> Findings:
        for row in rows:
            try:
                yield from list(self._records(row))
            except ValueError as error:
                self._headings.clear()  # the row that spoiled may have been one
                self._refuse_other_header(row)
                yield BadRow(row.where, str(error), row.raw_bytes)

    def _refuse_other_header(self, row: Row) -> None:
        """The rows below another header would be read under wrong names."""
        wanted = set(self._plan.mapping.recognise.columns)
        if not isinstance(row.raw, bytes) or not wanted:
            return
        cells = [cell.strip() for cell in re.split(r"[,;\t|]", row.raw.decode("utf-8", "replace"))]
        if wanted <= set(cells) and tuple(cells) != self._plan.columns:
            raise DocumentRejected("a second, different header", where=row.where, hint="Split the file")

    def _records(self, row: Row) -> Findings:
        if row.cells is None:
            raise ValueError(row.reason)
        if tuple(row.cells) == self._plan.columns:
            raise ValueError("the header again: were two files joined?")
        values: dict[str, object] = dict(zip(self._plan.columns, row.cells, strict=True))
        if ABSENT in row.cells:
            self._allow_absent(values)
        if self._plan.mapping.headings and self._is_heading(values):
            return
        values |= self._plan.file
        self._match_patterns(values)
        others = other_columns(self._plan, values) if self._plan.others else {}
        is_meant = False
        for kind in self._plan.kinds:
            if all(test.holds(values.get(test.column)) for test in kind.result.when):
                is_meant = True
                yield from self._of_kind(kind, values, others, row)
        if not is_meant:
            raise ValueError("the mapping has no result for a row like this")

    def _allow_absent(self, values: dict[str, object]) -> None:
        absent = [name for name, value in values.items() if value is ABSENT]
        if needed := [name for name in absent if name not in self._plan.lenient]:
            raise ValueError(f"without {', '.join(needed)}, which other records have")
        values.update(dict.fromkeys(absent))

    def _is_heading(self, values: dict[str, object]) -> bool:
        """Whether the row speaks about the rows below. Else it takes what those above have said."""
        is_heading = False
        for heading in self._plan.mapping.headings:
            within = tuple(values.get(name) for name in heading.within)
            if heading.test.holds(values[heading.test.column]):
                self._headings[heading.name] = (within, values[heading.column])
                is_heading = True
                continue
            known = self._headings.get(heading.name)
            values[heading.name] = known[1] if known and known[0] == within else None
        return is_heading

    def _match_patterns(self, values: dict[str, object]) -> None:
        for place, one in enumerate(self._plan.patterns):
            text = text_of(values.get(one.column or "")) or ""
            groups = self._matches.get((place, text))
            if groups is None:
                match = one.pattern.fullmatch(text)
                if match is None and one.is_required:
                    raise ValueError(f"{one.column}: {text!r} is not {one.pattern.pattern}")
                groups = dict(match.groupdict()) if match else dict.fromkeys(one.pattern.groupindex)
                self._matches[place, text] = groups
            for name, group in groups.items():
                if group is not None or name not in values:
                    values[name] = group

    def _of_kind(self, kind: Kind, values: dict[str, object], others: dict[str, str], row: Row) -> Findings:
        said = kind.row.read(values)
        if others:
            said = Said(said.fields, said.condition, {**others, **said.attributes})
        for slot in kind.slots:
            where = row.where + slot.suffix
            try:
                record = self._of_slot(kind, slot, values, said, where)
            except ValueError as error:
                yield BadRow(where, str(error), row.raw_bytes)
                continue
            if record is not None:
                yield record

    def _of_slot(
        self, kind: Kind, slot: Slot, values: dict[str, object], said: Said, where: str
    ) -> ResultRecorded | None:
        seen = {**values, **slot.header} if slot.header and (slot.rules or not kind.cell.is_empty) else values
        cell = _EMPTY if kind.cell.is_empty else kind.cell.read(seen)
        fields = {**slot.said.fields, **said.fields, **cell.fields}
        outcome = self._outcome(kind.result, slot, seen, fields)
        if outcome is None:
            return None
        fields |= outcome
        if "subject" not in fields:
            raise ValueError("no subject")
        kept = fields.pop("_cells", None)
        return ResultRecorded(
            **self._shared,
            source_locator=where,
            condition=_joined(slot.said.condition, said.condition, cell.condition),
            attributes=_joined(slot.said.attributes, said.attributes, cell.attributes, kept),
            **fields,
        )

    def _outcome(
        self, result: Result, slot: Slot, values: dict[str, object], fields: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Status, basis and metrics; None when the row has no such record."""
        told = self._told_by_rules(slot, values)
        status = told.get("status") or fields.get("status") or "ok"
        if status != "ok":
            cells = {one.column: text for one in slot.metrics if (text := text_of(values[one.column]))}
            basis = "measured" if status == "failed" else "untested"
            reason = None if status == "failed" else "the source says that it was not run"
            untold = {"basis": basis, "basis_reason": reason, "_cells": cells}
            if status == "untested":
                untold["error_class"] = "no_measurement"
            return {**untold, **told, "status": status, "metrics": ()}
        metrics = tuple(self._metrics(slot, values))
        if not metrics and slot.metrics:
            return None if result.is_optional else {**_NO_NUMBER, "metrics": ()}
        basis = told.get("basis") or fields.get("basis") or "measured"
        reason = told.get("basis_reason") or fields.get("basis_reason")
        if result.is_consistent and basis == "measured":
            reason = _contradiction(metrics, fields.get("batch_size"))
            basis = "suspect" if reason else basis
        if basis == "measured":
            reason = None
        elif not reason:
            reason = f"the source says that it was {basis}"
        return {**told, "status": "ok", "basis": basis, "basis_reason": reason, "metrics": metrics}

    def _told_by_rules(self, slot: Slot, values: dict[str, object]) -> dict[str, Any]:
        for rule in slot.rules:
            columns = (
                [one.column for one in slot.metrics] if rule.test.column == ANY_METRIC else [rule.test.column]
            )
            for column in columns:
                if rule.test.holds(values.get(column)):
                    seen = {**values, "cell": values[column]}
                    return {field: filled(text, seen) or text for field, text in rule.then.items()}
        return {}

    def _metrics(self, slot: Slot, values: dict[str, object]) -> Iterator[Metric]:
        for one in slot.metrics:
            cell = values[one.column]
            if cell is None or cell == "":
                if one.is_required:
                    raise ValueError(f"{one.column} is empty")
                continue
            try:
                number = self._plan.number(cell)
            except ValueError as error:
                raise ValueError(f"{one.column}: {error}") from None
            if number == 0 and one.is_zero_absent:
                continue
            _check_size(one, number)
            unit = _unit(one, values)
            if unit is not None:
                yield Metric(one.metric, unit, number)


def _check_size(one: MetricColumn, number: float) -> None:
    if number < 0 and one.unit != "unstated":
        raise ValueError(f"{one.column}: {number!r} is below zero")
    if number == 0 and _NEVER_ZERO.fullmatch(one.metric):
        raise ValueError(f"{one.column}: 0 is not above zero, and the mapping does not say what it means")


def _unit(one: MetricColumn, values: dict[str, object]) -> str | None:
    if one.unit is not None:
        return one.unit
    text = text_of(values.get(one.unit_column or "")) or ""
    if text not in one.units and one.is_of_some_units:
        return None
    if text not in one.units:
        raise ValueError(f"{one.unit_column}: {text!r} is none of {', '.join(one.units)}")
    return one.units[text]


def _joined(*parts: Any) -> Any:
    """The parts as one; the only one that is not empty is given as it is, which saves a copy a record."""
    filled_parts = [part for part in parts if part]
    if len(filled_parts) == 1:
        return filled_parts[0]
    return {key: value for part in filled_parts for key, value in part.items()}


def _contradiction(metrics: tuple[Metric, ...], batch_size: int | None) -> str | None:
    by_name = {metric.name: metric for metric in metrics}
    latency, throughput = by_name.get("latency_mean"), by_name.get("throughput")
    if not latency or not throughput or not batch_size or throughput.unit != "item/second":
        return None
    ratio = throughput.value * latency.value * _SECONDS.get(latency.unit, float("nan")) / batch_size
    if abs(ratio - 1) > _CONTRADICTION:
        return f"throughput x latency / batch size is {ratio:.3g}, not 1"
    return None
