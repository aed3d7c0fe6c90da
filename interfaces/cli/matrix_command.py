"""`benchmart matrix`: what works where."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import as_of_option, home_at, home_option, json_option

if TYPE_CHECKING:
    from benchmart.queries.matrix import Matrix

_SIGNS = {
    "verified": "ok",
    "partial": "partial",
    "failed": "FAILED",
    "simulated_only": "simulated",
    "untested": "untested",
}
_ROW = ("model_id", "runtime", "mode", "precision")
_MOST_DEVICES = 8


@click.command("matrix")
@home_option
@as_of_option
@click.option("--model", "models", multiple=True, metavar="NAME", help="Keep this model; may be repeated")
@click.option("--hardware", multiple=True, metavar="NAME", help="Keep this device; may be repeated")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Keep this family of models")
@click.option(
    "--mode", "modes", multiple=True, type=click.Choice(["inference", "training"]), help="Keep this mode"
)
@click.option("--precision", "precisions", multiple=True, metavar="NAME", help="Keep this precision")
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice(list(_SIGNS)),
    help="Keep cells with this status; may be repeated",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Most lines to print"
)
@json_option
def command(
    home: str | None,
    as_of: str | None,
    limit: int,
    as_json: bool,  # noqa: FBT001
    **asked: Sequence[str],
) -> None:
    """Show what works where: models by devices, from what was measured.

    A cell is `ok` when every measured result is, `partial` when some failed, `FAILED` when all did, with the
    number of results behind it. Where nothing was measured it says so: `untested` or `simulated`; an empty
    cell means that no event speaks of it. Want of evidence is never a failure.

    \b
    Examples:
      benchmart matrix
      benchmart matrix --family vision --hardware rtx4090
      benchmart matrix --status failed --status partial     only where something goes wrong, with the reason
      benchmart matrix --model resnet50 --json
      benchmart matrix --as-of 2026-11-01                   as it stood at the end of that day
    """
    from benchmart.connection import open_warehouse
    from benchmart.queries.matrix import MatrixFilter, compatibility

    with open_warehouse(home_at(home, as_of)) as connection:
        matrix = compatibility(connection, MatrixFilter(**asked), None if as_json else limit)
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"cells": matrix.cells.as_dicts()})
        return
    if not matrix.line_count:
        click.echo("no results fit; leave out a filter, or collect and import some", err=True)
        return
    cells = matrix.cells.as_dicts()
    _print_matrix(matrix, cells)
    _print_errors(cells)
    if matrix.line_count > limit:
        click.echo(f"... and {matrix.line_count - limit:,} more lines; --limit shows more", err=True)


def _print_matrix(matrix: "Matrix", cells: list[dict[str, Any]]) -> None:
    """A line a model, runtime, mode and precision; a column a device, those with most cells first."""
    from interfaces.cli.tables import print_table

    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for cell in cells:
        lines.setdefault(tuple(cell[name] or "" for name in _ROW), {})[_device(cell)] = _sign(cell)
    devices = [_device({"hardware_id": name, "device_kind": kind}) for name, kind, _ in matrix.devices]
    columns = devices[:_MOST_DEVICES]
    rows = [[*key, *(found.get(device, "") for device in columns)] for key, found in lines.items()]
    print_table(["model", *_ROW[1:], *columns], rows)
    if len(devices) > _MOST_DEVICES:
        left = ", ".join(devices[_MOST_DEVICES:])
        click.echo(
            f"... and these devices, left out for want of room: {left}; choose with --hardware", err=True
        )


def _device(cell: dict[str, Any]) -> str:
    """The device's id; for one that was absent, its kind."""
    return str(cell["hardware_id"] or f"({cell['device_kind'] or 'unknown device'})")


def _sign(cell: dict[str, Any]) -> str:
    sign = _SIGNS[cell["status"]]
    return f"{sign} {cell['evidence_count']}" if cell["evidence_count"] else sign


def _print_errors(cells: list[dict[str, Any]]) -> None:
    """Why cells failed, and what to try."""
    from interfaces.cli.tables import print_table

    rows = [
        [
            " ".join(filter(None, (cell["model_id"], cell["mode"], cell["precision"]))),
            _device(cell),
            f"{cell['failure_count']} of {cell['evidence_count']}",
            cell["error_class"] or "",
            cell["suggested_fix"] or "",
        ]
        for cell in cells
        if cell["failure_count"]
    ]
    if rows:
        click.echo()
        print_table(["what", "device", "failed", "error", "what to try"], rows)
