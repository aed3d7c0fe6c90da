"""What `benchmart collect` prints on stdout: the plan of a dry run, and the outcome of a run."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from benchmart.event_log.events import ResultRecorded
    from collectors.runner.configuration import Configuration
    from collectors.runner.runtime import Runtime

_MEBIBYTE = 1024**2
_WORST_FIRST = ("failed", "skipped", "untested", "ok")
_LARGE = 100
"""From here on the digits after the point are left out."""
_PIPED_WIDTH = 180
"""Characters a line where stdout is no terminal: wide enough that no column is cut."""


def list_configurations(
    configurations: "Sequence[Configuration]", runtime: "Runtime", *, as_json: bool
) -> None:
    """What would be tried, and what is known beforehand to be impossible."""
    obstacles = [(each, (runtime.obstacle(each) or ("", ""))[1]) for each in configurations]
    if as_json:
        rows = [{**each.as_dict(), "key": each.key, "obstacle": reason or None} for each, reason in obstacles]
        click.echo(json.dumps({"configurations": rows}, indent=2))
        return
    for each, reason in obstacles:
        click.echo(f"{each.label}{f'  (not possible: {reason})' if reason else ''}")
    click.echo(f"{len(configurations)} configurations would be tried", err=True)


def show_results(run_id: str, results: "Sequence[ResultRecorded]", *, as_json: bool) -> None:
    """The outcome of the run, the worst first."""
    ordered = sorted(results, key=lambda result: _WORST_FIRST.index(result.status))
    counts = {status: sum(result.status == status for result in results) for status in reversed(_WORST_FIRST)}
    if as_json:
        click.echo(
            json.dumps(
                {"run_id": run_id, "counts": counts, "results": list(map(_as_dict, ordered))}, indent=2
            )
        )
        return
    from rich.console import Console

    if ordered:
        Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(_table(ordered))
    click.echo(", ".join(f"{count} {status}" for status, count in counts.items()))


def _table(results: "Sequence[ResultRecorded]") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table("status", "model", "phase", "device", "precision", box=None, header_style="bold")
    for name in ("batch", "length", "pixels", "latency ms", "items/s", "peak MiB"):
        table.add_column(name, justify="right")
    table.add_column("error", overflow="fold")
    for result in results:
        numbers = {metric.name: metric.value for metric in result.metrics}
        error = escape(f"{result.error_class}: {(result.error_message or '').partition(chr(10))[0]}")
        table.add_row(
            result.status, result.subject, result.phase or result.mode, result.device_kind, result.precision,
            *(str(size or "") for size in (result.batch_size, result.sequence_length, result.image_size)),
            _number(numbers.get("latency_mean"), 1000), _number(numbers.get("throughput"), 1),
            _number(numbers.get("memory_peak"), 1 / _MEBIBYTE), error if result.error_class else "",
        )  # fmt: skip
    return table


def _number(value: float | None, factor: float) -> str:
    """Three digits of a scaled number; nothing for None."""
    if value is None:
        return ""
    scaled = value * factor
    return f"{scaled:,.0f}" if scaled >= _LARGE else f"{scaled:.3g}"


def _as_dict(result: "ResultRecorded") -> dict[str, Any]:
    fields = ("subject", "family", "mode", "phase", "device", "device_kind", "precision", "batch_size",
              "sequence_length", "image_size", "status", "error_class", "error_message",
              "parameter_count")  # fmt: skip
    metrics = {metric.name: {"value": metric.value, "unit": metric.unit} for metric in result.metrics}
    return {
        **{field: getattr(result, field) for field in fields},
        "key": result.source_locator,
        "metrics": metrics,
    }
