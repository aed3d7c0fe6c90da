"""What `benchmart train-bench` prints on stdout: the plan of a dry run, and the outcome of a run."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from benchmart.event_log.events import ResultRecorded
    from collectors.training.configuration import TrainingConfiguration

_MEBIBYTE = 1024**2
_PIPED_WIDTH = 180
"""Characters a line where stdout is no terminal: wide enough that no column is cut."""
_PLAIN = {"checkpointing": "none", "offload_optimizer": "none", "reshards_after_forward": "true"}
"""Part of the condition to the value that is not worth a word."""


def list_configurations(configurations: "Sequence[TrainingConfiguration]", *, as_json: bool) -> None:
    """What would be trained."""
    if as_json:
        rows = [{**each.as_dict(), "key": each.key} for each in configurations]
        click.echo(json.dumps({"configurations": rows}, indent=2))
        return
    for each in configurations:
        click.echo(each.label)
    click.echo(f"{len(configurations)} configurations would be trained", err=True)


def show_results(
    run_id: str,
    results: "Sequence[ResultRecorded]",
    predicted: Mapping[str, float],
    skipped: int,
    *,
    as_json: bool,
) -> None:
    """The outcome of the run, in the order it was done; `predicted` has peaks of memory in bytes by key."""
    if as_json:
        rows = [
            {**as_dict(each), "memory_predicted_bytes": predicted.get(each.source_locator or "")}
            for each in results
        ]
        click.echo(json.dumps({"run_id": run_id, "measured_before": skipped, "results": rows}, indent=2))
        return
    from rich.console import Console

    if results:
        Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(_table(results, predicted))
    if skipped:
        click.echo(f"{skipped} measured before; --again measures them again", err=True)


def as_dict(result: "ResultRecorded") -> dict[str, Any]:
    """A result ready for JSON; a metric's samples are those of each step."""
    fields = ("subject", "device", "device_kind", "precision", "batch_size", "sequence_length", "status",
              "error_class", "error_message", "parameter_count")  # fmt: skip
    return {
        **{field: getattr(result, field) for field in fields},
        "key": result.source_locator,
        "condition": dict(result.condition),
        "losses": json.loads(result.attributes.get("losses", "null")),
        "memory_peak_by_rank_bytes": json.loads(result.attributes.get("memory_peak_by_rank", "null")),
        "metrics": {
            metric.name: {
                "value": metric.value,
                "unit": metric.unit,
                **({"samples": list(metric.samples)} if metric.samples else {}),
            }
            for metric in result.metrics
        },
    }


def _table(results: "Sequence[ResultRecorded]", predicted: Mapping[str, float]) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table("status", "model", "strategy", "with", "precision", box=None, header_style="bold")
    for name in (
        "ranks",
        "batch",
        "length",
        "step s",
        "items/s",
        "tokens/s",
        "peak MiB/rank",
        "predicted",
        "loss",
    ):
        table.add_column(name, justify="right")
    table.add_column("error", overflow="fold")
    for result in results:
        numbers = {metric.name: metric.value for metric in result.metrics}
        notes = result.attributes
        error = f"{result.error_class}: {(result.error_message or '').partition(chr(10))[0]}"
        loss = f"{float(notes['first_loss']):.3f} > {float(notes['last_loss']):.3f}" if numbers else ""
        table.add_row(
            result.status, result.subject, result.condition["strategy"], _extras(result), result.precision,
            result.condition["ranks"], str(result.batch_size), str(result.sequence_length or ""),
            _number(numbers.get("latency_mean")), _number(numbers.get("throughput")),
            _number(numbers.get("token_throughput")), _number(numbers.get("memory_peak"), 1 / _MEBIBYTE),
            _number(predicted.get(result.source_locator or ""), 1 / _MEBIBYTE),
            loss, escape(error) if result.error_class else "",
        )  # fmt: skip
    return table


def _extras(result: "ResultRecorded") -> str:
    """What is out of the ordinary."""
    condition = result.condition
    words = {
        "checkpointing": "checkpointing",
        "offload_optimizer": "offload",
        "reshards_after_forward": "no reshard",
    }
    parts = [word for name, word in words.items() if condition.get(name, _PLAIN[name]) != _PLAIN[name]]
    if condition["accumulation_steps"] != "1":
        parts.append(f"accumulation {condition['accumulation_steps']}")
    if condition["optimizer"] != "adamw":
        parts.append(condition["optimizer"])
    if "lora_rank" in condition:
        parts.append(f"LoRA {condition['lora_rank']}")
    return ", ".join(parts)


def _number(value: float | None, factor: float = 1.0) -> str:
    """Three digits of a scaled number; nothing for None."""
    if value is None:
        return ""
    scaled = value * factor
    return f"{scaled:,.0f}" if scaled >= 100 else f"{scaled:.3g}"  # noqa: PLR2004 - three digits
