"""`benchmart matrix`: what works where."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.queries.rows import Rows

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
def command(home: str | None, limit: int, as_json: bool, **asked: Sequence[str]) -> None:  # noqa: FBT001
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
    """
    from benchmart.config import find_home
    from benchmart.connection import open_warehouse
    from benchmart.queries.matrix import MatrixFilter, compatibility

    with open_warehouse(find_home(home)) as connection:
        cells = compatibility(connection, MatrixFilter(**asked))
    if as_json:
        from interfaces.cli.tables import print_json

        print_json({"cells": cells.as_dicts()})
        return
    if not cells.rows:
        click.echo("no results fit; leave out a filter, or collect and import some", err=True)
        return
    _print_matrix(cells, limit)
    _print_errors(cells, limit)


def _print_matrix(cells: "Rows", limit: int) -> None:
    """A line a model, runtime, mode and precision; a column a device, those with most cells first."""
    from interfaces.cli.tables import print_table

    dicts = cells.as_dicts()
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    counts: dict[str, int] = {}
    for cell in dicts:
        device = _device(cell)
        counts[device] = counts.get(device, 0) + 1
        lines.setdefault(tuple(cell[name] or "" for name in _ROW), {})[device] = _sign(cell)
    devices = sorted(counts, key=lambda device: (-counts[device], device))
    columns = devices[:_MOST_DEVICES]
    rows = [
        [*key, *(found.get(device, "") for device in columns)] for key, found in list(lines.items())[:limit]
    ]
    print_table(["model", *_ROW[1:], *columns], rows)
    if len(lines) > limit:
        click.echo(f"... and {len(lines) - limit:,} more lines; --limit shows more", err=True)
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


def _print_errors(cells: "Rows", limit: int) -> None:
    """Why cells failed, and what to try."""
    from interfaces.cli.tables import print_table

    bad = [cell for cell in cells.as_dicts() if cell["failure_count"]]
    if not bad:
        return
    click.echo()
    rows = [
        [
            " ".join(filter(None, (cell["model_id"], cell["mode"], cell["precision"]))),
            _device(cell),
            f"{cell['failure_count']} of {cell['evidence_count']}",
            cell["error_class"] or "",
            cell["suggested_fix"] or "",
        ]
        for cell in bad[:limit]
    ]
    print_table(["what", "device", "failed", "error", "what to try"], rows)
    if len(bad) > limit:
        click.echo(f"... and {len(bad) - limit:,} more failures", err=True)
