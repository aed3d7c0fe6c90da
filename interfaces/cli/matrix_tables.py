"""The compatibility matrix as lines of text: for a terminal, or as Markdown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from benchmart.queries.matrix import Matrix
    from benchmart.queries.rows import Rows

SIGNS = {
    "verified": "ok",
    "partial": "partial",
    "failed": "FAILED",
    "simulated_only": "simulated",
    "untested": "untested",
}
"""Status to what a cell says of it."""
_LINES = {
    "model": ("model_id", "runtime", "mode", "precision"),
    "family": ("family", "runtime", "mode", "precision"),
}
_MOST_DEVICES = 8
_MEANING = """A cell says `ok` when every measured result is, `partial` when some failed, `FAILED` when all did, with
the number of results behind it; by family, how many models of all. `untested` and `simulated` cells have no evidence,
an empty cell means that no event speaks of it. Want of evidence is never a failure."""
_MARKDOWN = str.maketrans(
    {"\\": "\\\\", "|": "\\|", "*": "\\*", "`": "\\`", "[": "\\[", "<": "&lt;", "\n": " "}
)


def print_matrix(matrix: "Matrix", by: str) -> None:
    """A line a model or a family, runtime, mode and precision; a column a device, those of these lines first."""
    from interfaces.cli.tables import print_table

    cells = matrix.cells.as_dicts()
    columns, rows, devices = _pivoted(matrix, cells, by, _MOST_DEVICES)
    print_table(columns, rows)
    if len(devices) > _MOST_DEVICES:
        left = ", ".join(devices[_MOST_DEVICES:])
        click.echo(
            f"... and these devices, left out for want of room: {left}; choose with --hardware", err=True
        )
    errors = _errors(cells, by)
    if errors:
        click.echo()
        print_table(_ERROR_COLUMNS, errors)


def matrix_markdown(matrix: "Matrix", by: str, filters: Sequence[tuple[str, str]], state: str) -> str:
    """The same with all devices, and with what it is of."""
    cells = matrix.cells.as_dicts()
    columns, rows, _ = _pivoted(matrix, cells, by, None)
    left = matrix.line_count - len(rows)
    parts = ["# Compatibility matrix", _MEANING]
    if filters:
        parts.append(
            "Asked for: " + "; ".join(f"{name} {value}" for name, value in filters).translate(_MARKDOWN)
        )
    parts.append(_markdown(columns, rows))
    if left:
        parts.append(f"{left:,} more lines are left out; a larger --limit brings them in.")
    errors = _errors(cells, by)
    if errors:
        parts += ["## What failed, and what to try", _markdown(_ERROR_COLUMNS, errors)]
    return "\n\n".join([*parts, state]) + "\n"


def print_changes(changes: "Rows") -> None:
    """A line a change of a verdict."""
    from interfaces.cli.tables import print_table, shown

    rows = [
        [
            shown(row["changed_at"]),
            row["model_id"],
            device_name(row),
            " ".join(filter(None, (row["runtime"], row["mode"], row["precision"]))),
            f"{SIGNS.get(row['previous_status'], 'nothing')} -> {SIGNS[row['status']]}",
            f"{row['success_count']} ok, {row['failure_count']} failed",
            ("retracted or restored " if row["event_kind"] == "result_retracted" else "")
            + (row["error_class"] or ""),
            shown(row["event_id"])[:12],
        ]
        for row in changes.as_dicts()
    ]
    print_table(["when", "model", "device", "condition", "change", "results then", "why", "event"], rows)


def device_name(cell: Mapping[str, Any]) -> str:
    """The device's id; for one that was absent or is not named, its kind."""
    return str(cell["hardware_id"] or f"({cell['device_kind'] or 'unknown device'})")


def _pivoted(
    matrix: "Matrix", cells: Sequence[Mapping[str, Any]], by: str, most: int | None
) -> tuple[list[str], list[list[str]], list[str]]:
    """Columns, rows, and the names of all devices."""
    labels = _LINES[by]
    lines: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for cell in cells:
        line = lines.setdefault(tuple(cell[name] or "" for name in labels), {})
        # A device that was reached in two ways has a cell for each.
        line.setdefault(device_name(cell), []).append(_sign(cell))
    names = [device_name({"hardware_id": name, "device_kind": kind}) for name, kind, _ in matrix.devices]
    shown = Counter(name for found in lines.values() for name in found)
    devices = [name for name in dict.fromkeys(names) if most is not None or name in shown]
    if most is not None:
        # With little room, the devices of the lines that are shown; the order of the others stays.
        devices.sort(key=lambda name: -shown[name])
    rows = [
        [*key, *(", ".join(found.get(device, ())) for device in devices[:most])]
        for key, found in lines.items()
    ]
    return [by, *labels[1:], *devices[:most]], rows, devices


def _sign(cell: Mapping[str, Any]) -> str:
    sign = SIGNS[cell["status"]]
    if "model_count" in cell:
        return f"{sign} {cell['verified_count']}/{cell['model_count']}"
    return f"{sign} {cell['evidence_count']}" if cell["evidence_count"] else sign


_ERROR_COLUMNS = ["what", "device", "failed", "error", "what to try"]


def _errors(cells: Sequence[Mapping[str, Any]], by: str) -> list[list[str]]:
    """Why cells failed, and what to try."""
    failed, of = ("failed_count", "model_count") if by == "family" else ("failure_count", "evidence_count")
    return [
        [
            " ".join(filter(None, (cell[_LINES[by][0]], cell["mode"], cell["precision"]))),
            device_name(cell),
            f"{cell[failed]} of {cell[of]}",
            cell["error_class"] or "",
            cell["suggested_fix"] or "",
        ]
        for cell in cells
        if cell[failed]
    ]


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *([cell.translate(_MARKDOWN) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
