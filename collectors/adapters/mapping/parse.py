"""From the TOML text of a mapping to the mapping, strictly: what is not understood is an error that says where."""

import re
import tomllib
from collections.abc import Mapping as Dictionary
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath

from benchmart.catalogue import Catalogue
from benchmart.errors import UsageError
from benchmart.event_log.events import BASES, STATUSES
from collectors.adapters.mapping.fields import FIELDS, checked_field
from collectors.adapters.mapping.model import (
    ANY_METRIC,
    Heading,
    Layout,
    Mapping,
    MetricColumn,
    Pattern,
    Recognise,
    Result,
    Rule,
    Source,
    Test,
    Wide,
)
from collectors.adapters.mapping.node import Node

_FORMATS = ("csv", "json", "parquet")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OUTCOME = ("status", "basis", "basis_reason", "error_class", "error_message")
_VERSION_DIGITS = 12


def parse_mapping(file_name: str, text: str, names: Catalogue) -> Mapping:
    """The mapping of one TOML file. Raises UsageError that names the file, the key and what is wrong."""
    name = PurePath(file_name).stem
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"not valid TOML: {error}", where=file_name) from error
    if not _NAME.fullmatch(name):
        hint = "It becomes the name of the format: small letters, digits and _"
        raise UsageError(f"{name!r} cannot name a mapping", where=file_name, hint=hint)
    version = sha256(text.encode()).hexdigest()[:_VERSION_DIGITS]
    with Node(document, PurePath(file_name).name) as node:
        return _mapping(name, version, node, names)


def _mapping(name: str, digest: str, node: Node, names: Catalogue) -> Mapping:
    node.text("description")
    mapping = Mapping(
        name=name,
        version=node.text("version") or digest,
        layout=_layout(node.table("table")),
        recognise=_recognise(node.table("recognise")),
        patterns=tuple(_pattern(one) for one in node.tables("patterns")),
        headings=tuple(_heading(one) for one in node.tables("headings")),
        results=(),
        keeps_other_columns=node.flag("keep_other_columns", default=True),
        not_results=node.text("not_results"),
    )
    common = _result_parts(node, names)
    results = node.tables("results")
    if results and (common.metrics or common.wide):
        node.refuse("metrics stand both here and in results", "metrics", "Write each into one of the results")
    kinds = tuple(_result(one, common, names) for one in results) or (common,)
    if mapping.not_results is not None:
        if not mapping.recognise.columns and mapping.recognise.file_name is None:
            node.refuse("a mapping for what holds no results must say how to recognise it", "recognise")
        return mapping
    for kind, where in zip(kinds, results or [node], strict=True):
        _check_result(kind, where)
    return replace(mapping, results=kinds)


def _check_result(kind: Result, node: Node) -> None:
    if missing := [field for field in ("subject", "subject_kind") if field not in kind.fields]:
        node.refuse(f"no {missing[0]}", hint=f'Say which column it is: [fields] {missing[0]} = "..."')
    if not kind.metrics and not kind.wide and not {"status"} & kind.fields.keys():
        node.refuse("no metrics", hint="Name at least one column in [[metrics]], or the columns of [wide]")
    if kind.metrics and kind.wide:
        node.refuse("both metrics and wide", hint="A wide table has one metric, named in [wide]")
    basis = kind.fields.get("basis")
    if basis and basis.value not in (None, "measured") and "basis_reason" not in kind.fields:
        node.refuse("a basis that is not measured needs a basis_reason", "fields.basis")


def _result(node: Node, common: Result, names: Catalogue) -> Result:
    with node:
        own = _result_parts(node, names)
        return replace(
            own,
            when=tuple(_test(one) for one in node.tables("when")),
            fields={**common.fields, **own.fields},
            condition={**common.condition, **own.condition},
            attributes={**common.attributes, **own.attributes},
            rules=own.rules + common.rules,
            is_optional=node.flag("optional"),
        )


def _result_parts(node: Node, names: Catalogue) -> Result:
    return Result(
        fields=_fields(node.table("fields")),
        condition=_sources(node.table("condition")),
        attributes=_sources(node.table("attributes")),
        metrics=tuple(_metric(one, names) for one in node.tables("metrics")),
        wide=_wide(node.table("wide"), names) if node.has("wide") else None,
        rules=tuple(_rule(one, names) for one in node.tables("rules")),
        is_consistent=node.flag("throughput_times_latency_is_batch_size"),
    )


def _layout(node: Node) -> Layout:
    with node:
        layout = Layout(
            formats=node.texts("formats") or _FORMATS,
            delimiters=node.texts("delimiters") or (",",),
            comment=node.text("comment"),
            is_header_commented=node.flag("header_is_commented"),
            columns=node.texts("columns"),
            records=tuple(part for part in (node.text("records") or "").split(".") if part not in ("", "$")),
            decimal=node.text("decimal") or ".",
            thousands=_or(node.text("thousands"), ","),
        )
        for name in layout.formats:
            node.check_name(name, _FORMATS, "format", "formats")
        for sign in (*layout.delimiters, layout.decimal):
            if len(sign) != 1 or sign in '"\n\r':
                node.refuse(f"{sign!r} must be one character", "delimiters")
        if layout.decimal == layout.thousands:
            layout = replace(layout, thousands="")
        if layout.is_header_commented and not layout.comment:
            node.refuse("a commented header needs to know the comment sign", "comment")
        return layout


def _or(text: str | None, default: str) -> str:
    return default if text is None else text


def _recognise(node: Node) -> Recognise:
    with node:
        return Recognise(
            columns=node.texts("columns"),
            any_column=node.texts("any_column"),
            no_column=node.texts("no_column"),
            file_name=node.pattern("file_name"),
        )


def _pattern(node: Node) -> Pattern:
    with node:
        pattern = node.pattern("pattern")
        if pattern is None or not pattern.groupindex:
            node.refuse("a pattern with named groups is missing", "pattern", "Such as (?P<device>.+)")
        column = node.text("column")
        if (column is None) != node.flag("file_name"):
            node.refuse("either a column or file_name = true")
        return Pattern(
            pattern, column, node.flag("required", default=True), node.flag("optional", default=False)
        )


def _heading(node: Node) -> Heading:
    with node:
        return Heading(
            test=_test_of(node),
            name=node.needed_text("name"),
            column=node.needed_text("value"),
            within=node.texts("within"),
        )


def _test(node: Node) -> Test:
    with node:
        return _test_of(node)


def _test_of(node: Node) -> Test:
    cells = node.texts("cells") if node.has("cells") else None
    test = Test(
        column=node.needed_text("column"),
        cells=frozenset(cell.strip() for cell in cells) if cells is not None else None,
        pattern=node.pattern("pattern"),
        is_zero=node.flag("zero"),
        below=node.number("below"),
        above=node.number("above"),
    )
    if test == Test(test.column):
        node.refuse("nothing is asked of the cell", hint="Give cells, pattern, zero, below or above")
    return test


def _rule(node: Node, names: Catalogue) -> Rule:
    with node:
        test, header = _test_of(node), node.pattern("header")
        then = node.texts_by_name("then")
        if not then:
            node.refuse(
                "'then' is missing", hint='Such as then = { status = "failed", error_class = "crash" }'
            )
        for field, value in then.items():
            node.check_name(field, _OUTCOME, "field", "then")
            if "{" not in value:
                _check_outcome(node, field, value, names)
        if then.get("basis", "measured") not in ("measured", "untested") and "basis_reason" not in then:
            node.refuse("a basis that is not measured needs a basis_reason", "then")
        if not {"status", "basis"} & then.keys():
            node.refuse("neither status nor basis", "then")
        if header is not None and test.column != ANY_METRIC:
            node.refuse(f"a header only goes with column = {ANY_METRIC!r}", "header")
        return Rule(test, then, header)


def _check_outcome(node: Node, field: str, value: str, names: Catalogue) -> None:
    known = {"status": STATUSES, "basis": BASES, "error_class": names.error_classes}.get(field)
    if known is not None:
        node.check_name(value, known, field, f"then.{field}")


def _metric(node: Node, names: Catalogue) -> MetricColumn:
    with node:
        metric = node.needed_text("metric")
        node.check_name(metric, names.metrics, "metric", "metric")
        unit, unit_column = node.text("unit"), node.text("unit_column")
        units = node.texts_by_name("units") or {}
        if (unit is None) == (unit_column is None) or bool(units) != bool(unit_column):
            node.refuse("either a unit, or a unit_column with its units", "unit")
        for one in [unit] if unit is not None else units.values():
            _check_unit(node, metric, one, names)
        return MetricColumn(
            column=node.needed_text("column"),
            metric=metric,
            unit=unit,
            unit_column=unit_column,
            units=units,
            is_of_some_units=node.flag("skip_other_units"),
            is_zero_absent=node.flag("zero_is_absent"),
            is_required=node.flag("required"),
            is_optional=node.flag("optional"),
        )


def _check_unit(node: Node, metric: str, unit: str, names: Catalogue) -> None:
    node.check_name(unit, names.units, "unit", "unit")
    if names.units[unit] != names.metrics[metric]:
        fitting = [one for one, base in names.units.items() if base == names.metrics[metric]]
        node.refuse(
            f"{metric} is not measured in {unit!r}", "unit", f"Units that fit: {', '.join(sorted(fitting))}"
        )


def _wide(node: Node, names: Catalogue) -> Wide:
    with node:
        columns = node.pattern("columns")
        if columns is None:
            node.refuse("a pattern of headers is missing", "columns")
        metric, unit = node.needed_text("metric"), node.needed_text("unit")
        node.check_name(metric, names.metrics, "metric", "metric")
        _check_unit(node, metric, unit, names)
        return Wide(columns, metric, unit)


def _fields(node: Node) -> Dictionary[str, Source]:
    with node:
        sources = {}
        for key in node.keys():  # noqa: SIM118 - it also notes that they were asked for
            node.check_name(key, FIELDS, "field")
            sources[key] = source = _source(node, key)
            for value in [source.value] if source.value is not None else (source.values or {}).values():
                try:
                    checked_field(key, value or None, source)
                except ValueError as error:
                    node.refuse(str(error), key)
        return sources


def _sources(node: Node) -> Dictionary[str, Source]:
    with node:
        return {key: _source(node, key) for key in node.keys()}  # noqa: SIM118 - it also notes that they were asked for


def _source(parent: Node, key: str) -> Source:
    if isinstance(entry := parent.raw(key), str):
        return Source(column=entry)
    with Node(entry, parent.at(key)) as node:
        value = node.raw("value")
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            node.refuse(f"{value!r} must be a text or a number", "value")
        scale = node.number("scale")
        source = Source(
            column=node.text("column"),
            text=node.text("text"),
            value=value,
            values=node.texts_by_name("values"),
            times=node.texts("times"),
            scale=1.0 if scale is None else scale,
            otherwise=node.text("otherwise"),
            is_optional=node.flag("optional"),
        )
        if [source.column, source.text, source.value].count(None) != 2:  # noqa: PLR2004 - one of three is given
            node.refuse("exactly one of column, text and value")
        return source
