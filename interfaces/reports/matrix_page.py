"""The compatibility matrix as one page that works by itself: filters, sorts, and leads from a cell to its evidence."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from benchmart.queries.matrix import Matrix
from benchmart.queries.matrix_evidence import FAMILY_KEY, CellEvidence
from interfaces.cli.tables import number, shown

SIGNS = {
    "verified": ("✓", "verified", "all measured results are a success"),
    "partial": ("◐", "partial", "some measured results are a failure"),
    "failed": ("✕", "failed", "all measured results are a failure"),
    "simulated_only": ("≈", "simulated only", "nothing was measured, something was simulated"),
    "untested": ("○", "untested", "nothing was measured"),
}
"""Status to its sign, its name and what it means."""
LINE_LABELS = {
    "model": ("model_id", "family", "runtime", "mode", "precision"),
    "family": ("family", "runtime", "mode", "precision"),
}
"""What tells a line: the columns before the devices."""
_HEADS = {"model_id": "model"}
_LONGEST_MESSAGE = 200
"""Characters of an error message."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is of."""

    by: str
    """`model` or `family`: what a line is."""
    filters: Sequence[tuple[str, str]]
    command: str
    """What prints it again."""
    state: str
    """Of what state of the warehouse it speaks."""
    generated_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def matrix_page(matrix: Matrix, evidence: Mapping[Any, CellEvidence], asked: Asked) -> str:
    """The page as HTML. `evidence` is by compatibility_id, or by FAMILY_KEY for a matrix by family."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("interfaces.reports", ""),
        # Everything is escaped, whatever the template's name: words come from files of others.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _resource("matrix.js")
    return str(
        environment.get_template("matrix.html.j2").render(
            **_content(matrix, evidence, asked),
            style=_resource("style.css") + _resource("matrix.css"),
            script=script,
            script_digest=b64encode(sha256(script.encode()).digest()).decode(),
        )
    )


def device_name(cell: Mapping[str, Any]) -> str:
    """The device's id; for one that was absent or is not named, its kind."""
    return str(cell["hardware_id"] or f"({cell['device_kind'] or 'unknown device'})")


def _content(matrix: Matrix, evidence: Mapping[Any, CellEvidence], asked: Asked) -> dict[str, Any]:
    labels = LINE_LABELS[asked.by]
    cells = matrix.cells.as_dicts()
    named = {_device(cell): cell for cell in cells}
    devices = [(name, kind) for name, kind, _ in matrix.devices if (name, kind) in named]
    lines: dict[int, dict[str, Any]] = {}
    for place, cell in enumerate(cells, start=1):
        line = lines.setdefault(cell["line"], {"labels": [cell[name] or "" for name in labels], "cells": {}})
        line["cells"][_device(cell)] = _cell(cell, place, evidence, asked.by)
    for line in lines.values():
        line["cells"] = [line["cells"].get(device) for device in devices]
    return {
        "by": asked.by,
        "heads": [_HEADS.get(name, name) for name in labels],
        "devices": [_device_head(named[device]) for device in devices],
        "lines": list(lines.values()),
        "choices": _choices(cells, labels),
        "left_out": matrix.line_count - len(lines),
        "line_count": matrix.line_count,
        "statuses": [(*SIGNS[status], status, matrix.statuses.get(status, 0)) for status in SIGNS],
        "asked": asked,
    }


def _device(cell: Mapping[str, Any]) -> tuple[Any, Any]:
    return cell["hardware_id"], cell["device_kind"]


def _device_head(cell: Mapping[str, Any]) -> dict[str, str]:
    through = f" by {cell['device_kind']}" if cell["hardware_id"] and cell["device_kind"] else ""
    return {"name": device_name(cell) + through, "title": cell["hardware_name"] or device_name(cell)}


def _choices(cells: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> list[dict[str, Any]]:
    """What the lines can be filtered by: place of the label, name, and its values."""
    found = []
    for place, name in enumerate(labels):
        values = sorted({str(cell[name]) for cell in cells if cell[name]})
        if name != "model_id" and len(values) > 1:
            found.append({"place": place, "name": name, "values": values})
    return found


def _cell(
    cell: Mapping[str, Any], place: int, evidence: Mapping[Any, CellEvidence], by: str
) -> dict[str, Any]:
    sign, name, _ = SIGNS[cell["status"]]
    is_family = by == "family"
    key = tuple(cell[each] for each in FAMILY_KEY) if is_family else cell["compatibility_id"]
    behind = evidence.get(key)
    text = f"{cell['verified_count']}/{cell['model_count']}" if is_family else cell["evidence_count"] or ""
    what = f"{cell['verified_count']} of {cell['model_count']} models verified, " if is_family else ""
    score = f", score {number(cell['score'])}" if cell["score"] is not None else ""
    return {
        "anchor": f"cell-{place}",
        "status": cell["status"],
        "rank": list(SIGNS).index(cell["status"]),
        "sign": sign,
        "text": text,
        "label": f"{name}, {what}{cell['evidence_count']} results as evidence{score}",
        "where": _where(cell, is_family=is_family),
        "facts": _facts(cell, is_family=is_family),
        "table": _evidence_table(behind, is_family=is_family) if behind else None,
        "left_out": behind.count - len(behind.rows) if behind else 0,
        "explain": None if is_family else f"benchmart explain compatibility_matrix {shown(key)}",
    }


def _where(cell: Mapping[str, Any], *, is_family: bool) -> str:
    what = (cell["family"] or "unknown family") if is_family else cell["model_id"]
    rest = (cell[name] for name in ("runtime", "mode", "precision"))
    return " · ".join(str(each) for each in (what, device_name(cell), *rest) if each)


def _facts(cell: Mapping[str, Any], *, is_family: bool) -> list[tuple[str, str]]:
    counts = (
        ("model_count", "verified_count", "partial_count", "failed_count", "simulated_only_count")
        if is_family
        else ("success_count", "failure_count")
    )
    ends = ("untested_count", "first_seen_at", "last_seen_at", "error_class", "suggested_fix")
    names = ("basis", "score", "evidence_count", *counts, *ends)
    given = [(name.replace("_", " "), shown(cell[name])) for name in names]
    return [(name, value) for name, value in given if value]


_RESULT_COLUMNS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "when": lambda row: row["seen_at"],
    "outcome": lambda row: f"{row['status']}, {row['basis']}",
    "version": lambda row: row["runtime_version"],
    "batch": lambda row: row["batch_size"],
    "error": lambda row: _joined(row["error_class"], (row["error_message"] or "")[:_LONGEST_MESSAGE]),
    "source": lambda row: _joined(row["source_uri"], row["source_locator"]),
    "event": lambda row: row["event_id"],
}
_MODEL_COLUMNS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "model": lambda row: row["model_id"],
    "status": lambda row: SIGNS[row["status"]][1],
    "results": lambda row: row["evidence_count"],
    "last seen": lambda row: row["last_seen_at"],
    "error": lambda row: row["error_class"],
}


def _joined(*words: str | None) -> str:
    return " ".join(filter(None, words))


def _evidence_table(behind: CellEvidence, *, is_family: bool) -> dict[str, Any]:
    columns = _MODEL_COLUMNS if is_family else _RESULT_COLUMNS
    return {
        "columns": list(columns),
        "rows": [[shown(column(row)) for column in columns.values()] for row in behind.rows],
    }


def _resource(name: str) -> str:
    return (files("interfaces.reports") / name).read_text(encoding="utf-8")
