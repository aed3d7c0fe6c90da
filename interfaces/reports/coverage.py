"""The report on coverage: what was measured, what is missing, what was imported and what was not understood."""

from collections.abc import Mapping, Sequence

import duckdb

from benchmart.queries import coverage
from benchmart.queries.coverage import Covered, Gap
from benchmart.queries.matrix import MatrixFilter
from benchmart.queries.outliers import judgements
from benchmart.queries.rows import Rows
from interfaces.cli.tables import shown
from interfaces.reports.charts.bars import Shares, share_bars
from interfaces.reports.charts.heat import Heat, heat_map
from interfaces.reports.charts.svg import Caption
from interfaces.reports.report import Draw, Exhibit, Report, Section, Table, nothing
from interfaces.reports.state import asked_for, describe
from interfaces.reports.words import count, moment, size_for

_MOST_DEVICES = 30
_MOST_ROWS = 20
_CELL = "A cell is a model on a device under a runtime, in a mode and a precision. Want of evidence is never a failure."
_NO_RESULTS = (
    "There are no results of models: `benchmart collect` measures some, `benchmart import` takes them in."
)
_STATUS_STYLE = {
    "verified": "verified",
    "partial": "partial",
    "failed": "failed",
    "simulated only": "simulated",
    "untested": "untested",
}
"""Status in words to its style, in the order in which bars show them."""


def coverage_report(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter, command: str) -> Report:
    """What was measured of what on what. Raises UsageError for names without results."""
    found = coverage.covered(connection, asked)
    there = coverage.state(connection)
    sections = [
        status_section(connection, asked),
        *(_mode_section(mode, [each for each in found if each.mode == mode]) for mode in _modes(found)),
        _gaps_section(coverage.gaps(found)),
    ]
    measured = [each for each in found if each.results]
    return Report(
        title="Coverage",
        lead="What was measured, what is missing for families of models that others have, and what was not understood. "
        "`benchmart matrix` shows every single cell.",
        asked=asked_for(asked),
        state=describe(there),
        sections=[
            *(sections if found else [nothing(_why_nothing(asked))]),
            imports_section(connection),
            *left_over_sections(connection),
        ],
        figures=[
            (f"{len({each.device for each in measured}):,}", "devices with measured results"),
            (f"{len({each.family for each in measured}):,}", "families of models"),
            (f"{sum(each.results for each in measured):,}", "measured results of models"),
            (f"{sum(each.failures for each in measured):,}", "of them failures"),
        ],
        command=command,
    )


def status_section(connection: duckdb.DuckDBPyConnection, asked: MatrixFilter) -> Section:
    """Cells of the compatibility matrix by family and status."""
    families = coverage.statuses_by_family(connection, asked)
    rows = [
        Shares(
            family,
            {name: statuses[name.replace(" ", "_")] for name in _STATUS_STYLE},
            count(sum(statuses.values()), "cell"),
        )
        for family, statuses in families.items()
    ]
    columns = [*_STATUS_STYLE, "cells"]
    table = Table(
        ["family", *columns],
        [
            [row.label, *(f"{row.parts[name]:,}" for name in _STATUS_STYLE), f"{sum(row.parts.values()):,}"]
            for row in rows
        ],
        columns,
    )
    caption = Caption(
        "Cells of the compatibility matrix by status",
        "; ".join(
            f"{row.label}: " + ", ".join(f"{n:,} {name}" for name, n in row.parts.items() if n)
            for row in rows
        ),
    )

    def draw(name: str, width: int) -> str:
        return share_bars(name, caption, rows, _STATUS_STYLE, width)

    return Section("What works", [_CELL], [Exhibit(table, draw)] if rows else [])


def _modes(found: Sequence[Covered]) -> list[str]:
    """Those with most results first."""
    totals: dict[str, int] = {}
    for each in found:
        totals[each.mode] = totals.get(each.mode, 0) + each.results
    return sorted(totals, key=lambda mode: (-totals[mode], mode))


def _mode_section(mode: str, found: Sequence[Covered]) -> Section:
    """Models with measured results, by device and family."""
    by_cell = {(each.device, each.family): each for each in found}
    of_device, of_family = _totals(found, by_device=True), _totals(found, by_device=False)
    # Devices with many families tell more than those with many models of one.
    devices = sorted(of_device, key=lambda name: (-_breadth(found, name), -of_device[name], name))
    told = devices[:_MOST_DEVICES]
    families = sorted(of_family, key=lambda name: (-of_family[name], name))
    heading = {"no mode": "Results without a mode"}.get(mode, mode.capitalize())
    if not told:
        named = sum(each.named_models for each in found)
        return Section(
            heading, [f"Nothing was measured; events speak of {count(named, 'model')} by family and device."]
        )
    heat = Heat(
        told,
        families,
        {key: each.models for key, each in by_cell.items() if each.models and key[0] in told},
        frozenset(key for key, each in by_cell.items() if each.failures and each.models and key[0] in told),
    )
    left_out = ""
    if len(told) < len(devices):
        left_out = f"{len(told)} of {len(devices)} devices are shown, those with most families; choose with --hardware."
    return Section(heading, [], [Exhibit(_heat_table(heat, left_out), _draw_heat(mode, heat))])


def _draw_heat(mode: str, heat: Heat) -> Draw:
    description = "; ".join(
        f"{device}: "
        + ", ".join(
            f"{heat.counts[device, family]:,} {family}"
            for family in heat.columns
            if (device, family) in heat.counts
        )
        for device in heat.rows
    )
    caption = Caption(f"Models with measured results: {mode}", description)

    def draw(name: str, width: int) -> str:
        return heat_map(name, caption, heat, width=width, of_what="models", mark="with failures")

    return draw


def _heat_table(heat: Heat, left_out: str) -> Table:
    rows = [
        [
            device,
            *(
                f"{heat.counts[device, family]:,}" if (device, family) in heat.counts else ""
                for family in heat.columns
            ),
        ]
        for device in heat.rows
    ]
    return Table(["device", *heat.columns], rows, heat.columns, left_out=left_out)


def _totals(found: Sequence[Covered], *, by_device: bool) -> Mapping[str, int]:
    totals: dict[str, int] = {}
    for each in found:
        if each.models:
            key = each.device if by_device else each.family
            totals[key] = totals.get(key, 0) + each.models
    return totals


def _breadth(found: Sequence[Covered], device: str) -> int:
    return sum(1 for each in found if each.device == device and each.models)


def _gaps_section(gaps: Sequence[Gap]) -> Section:
    """Families that other devices have, by device: those that lack least are nearest to complete."""
    told = gaps[:_MOST_ROWS]
    rows = [[gap.mode, gap.device, ", ".join(gap.missing), ", ".join(gap.measured)] for gap in told]
    if not rows:
        return Section(
            "What is missing", ["Every device has results of every family that another device has."]
        )
    left_out = (
        f"{len(told)} of {len(gaps)} are shown, those that lack least." if len(told) < len(gaps) else ""
    )
    table = Table(["mode", "device", "missing", "measured"], rows, left_out=left_out)
    told_of = "Devices without a measured result of a family that other devices have in the same mode."
    return Section("What is missing", [told_of], [Exhibit(table)])


def imports_section(connection: duckdb.DuckDBPyConnection) -> Section:
    """What was imported, by format."""
    found = coverage.imports(connection).as_dicts()
    if not found:
        return Section(
            "What was imported", ["No file was imported; `benchmart import` takes results of other tools in."]
        )
    numbers = ("files", "records", "repeated_records", "quarantined", "not_measured", "untouched")
    told = found[:_MOST_ROWS]
    rows = [
        [each["format"], *(f"{each[name]:,}" for name in numbers), moment(each["last_imported_at"])]
        for each in told
    ]
    columns = [name.replace("_", " ") for name in numbers]
    lead = f"{count(sum(each['files'] for each in found), 'file')} in {count(len(found), 'format')}."
    left_out = f"The {len(told)} formats with most records are shown." if len(told) < len(found) else ""
    table = Table(["format", *columns, "last imported (UTC)"], rows, columns, left_out=left_out)
    return Section("What was imported", [lead], [Exhibit(table)])


def left_over_sections(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    """What was not understood, names that no alias fits, rules of quality that are broken, and odd results."""
    sections = [_quarantine_section(connection), _unresolved_section(connection)]
    broken = coverage.violations(connection)
    if broken is not None:
        sections.append(_quality_section(broken))
    return [*sections, _outliers_section(judgements(connection))]


def _quarantine_section(connection: duckdb.DuckDBPyConnection) -> Section:
    found = coverage.quarantined(connection, _MOST_ROWS)
    if not found.rows:
        return Section("What was not understood", ["Every document was understood."])
    rows = [
        [
            each["format"],
            each["reason"] or "",
            f"{each['documents']:,}",
            size_for("byte", [each["bytes"] or 0]).quantity(each["bytes"]),
            each["example"] or "",
        ]
        for each in found.as_dicts()
    ]
    left_out = f"The {_MOST_ROWS} most frequent reasons are shown." if found.is_truncated else ""
    table = Table(
        ["format", "reason", "documents", "size", "one of them"],
        rows,
        ["documents", "size"],
        left_out=left_out,
    )
    return Section("What was not understood", ["These are kept whole in the event log."], [Exhibit(table)])


def _unresolved_section(connection: duckdb.DuckDBPyConnection) -> Section:
    found = coverage.unresolved(connection, _MOST_ROWS)
    if not found.rows:
        return Section("Names that are not known", ["Every name was resolved."])
    rows = [
        [each["name_kind"], each["name"], f"{each['result_count']:,}", ", ".join(each["suggestions"])]
        for each in found.as_dicts()
    ]
    left_out = (
        f'The {_MOST_ROWS} with most results are shown; `benchmart sql "from unresolved_names"` has all.'
        if found.is_truncated
        else ""
    )
    table = Table(["kind", "name", "results", "may mean"], rows, ["results"], left_out=left_out)
    told = "Their results count all the same, under the name as it is spelled."
    return Section("Names that are not known", [told], [Exhibit(table)])


def _quality_section(found: Rows) -> Section:
    if not found.rows:
        return Section("Data quality", ["No result breaks a rule."])
    numbers = ("violations", "results", "not_acknowledged")
    rows = [
        [each["rule"], each["severity"], shown(each["holds"]), *(f"{each[name]:,}" for name in numbers)]
        for each in found.as_dicts()
    ]
    columns = [name.replace("_", " ") for name in numbers]
    table = Table(["rule", "severity", "what should hold", *columns], rows, columns)
    return Section(
        "Data quality", ["What should hold of every result, and how often it does not."], [Exhibit(table)]
    )


def _outliers_section(found: Rows) -> Section:
    title = "Results that cannot be right"
    told = [each for each in found.as_dicts() if each["judged_count"]]
    if not told:
        return Section(title, ["No results were held against each other; `benchmart outliers find` does."])
    numbers = ("result_count", "judged_count", "odd_count")
    rows = [
        [
            each["collector"],
            each["metric"],
            *(f"{each[name]:,}" for name in numbers),
            moment(each["judged_at"]),
        ]
        for each in told
    ]
    columns = [name.removesuffix("_count") for name in numbers]
    lead = (
        "They do not fit the model's other results, nor models like it; `benchmart outliers list` shows them."
    )
    table = Table(["collector", "metric", *columns, "judged (UTC)"], rows, columns)
    return Section(title, [lead], [Exhibit(table)])


def _why_nothing(asked: MatrixFilter) -> str:
    if asked_for(asked):
        return "No cell of the matrix fits what was asked for; leave out a filter."
    return _NO_RESULTS
