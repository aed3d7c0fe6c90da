"""From the rows of a table to results, as a mapping says."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.mapping.by_column import ColumnReader
from collectors.adapters.mapping.model import ANY_METRIC, Mapping, Result, filled
from collectors.adapters.mapping.outcome import check_size, contradiction, reason_of, unit_of
from collectors.adapters.mapping.plan import Kind, Plan, Said, Slot, groups_of, other_columns, plan_for
from collectors.adapters.mapping.table import read_table
from collectors.adapters.mapping.values import text_of
from collectors.adapters.rows import ABSENT, Row

_EMPTY = Said({}, {}, {})
_NO_NUMBER = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "the row has no measurement and does not say why",
    "error_class": "no_measurement",
}


def read(document: Document, mapping: Mapping) -> Findings:
    """The records of the document. Raises NotResults or DocumentRejected."""
    if mapping.not_results is not None:
        raise NotResults(mapping.not_results)
    table = read_table(document, mapping.layout, mapping.recognise.columns)
    plan = plan_for(mapping, table.columns, document)
    shared = provenance(document, mapping.name, mapping.version)
    by_row = _Reader(plan, shared)
    whole = None if mapping.headings else table.rows.in_columns()
    if whole is None:
        yield from by_row.findings(table.rows)
        return
    by_column = ColumnReader(plan, shared, whole.columns, whole.places)
    yield from by_column.tables()
    yield from by_row.findings(map(whole.row, by_column.odd))
    yield from by_row.findings(whole.spoiled)


class _Reader:
    """Goes through the rows of one table; what it remembers between rows are headings."""

    def __init__(self, plan: Plan, shared: dict[str, Any]) -> None:
        self._plan = plan
        self._shared = shared
        self._matches: dict[tuple[int, str], dict[str, str | None]] = {}
        self._headings: dict[str, tuple[tuple[object, ...], object]] = {}

    def findings(self, rows: Iterable[Row]) -> Findings:
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
        cells = row.needed_cells()
        if tuple(cells) == self._plan.columns:
            raise ValueError("the header again: were two files joined?")
        values: dict[str, object] = dict(zip(self._plan.columns, cells, strict=True))
        if ABSENT in cells:
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
                groups = self._matches[place, text] = groups_of(one, text)
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
            reason = contradiction(metrics, fields.get("batch_size"))
            basis = "suspect" if reason else basis
        reason = reason_of(basis, reason)
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
            check_size(one, number)
            unit = unit_of(one, values)
            if unit is not None:
                yield Metric(one.metric, unit, number)


def _joined(*parts: Any) -> Any:
    """The parts as one; the only one that is not empty is given as it is, which saves a copy a record."""
    filled_parts = [part for part in parts if part]
    if len(filled_parts) == 1:
        return filled_parts[0]
    return {key: value for part in filled_parts for key, value in part.items()}
