"""Print comparisons and the pairs behind them, or why there are none."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
import duckdb

from benchmart.queries.pairs import Asked, Summary, metrics_with_pairs, pairs_worst_first, summaries
from benchmart.queries.rows import Rows
from benchmart.queries.stack_coverage import Unequal, why_not
from interfaces.cli.tables import number, print_csv, print_json, print_table, shown

_SIZES = {"batch_size": "batch", "sequence_length": "length", "image_size": "px", "device_count": "devices"}
_SET_SHOWN = 4
"""Values of a set that are named; of more, the first and the last."""
_WORDS = ("scenario", "mode", "phase", "precision", "compiler", "memory_format")
_MEASURES = {
    "pair_count": "pairs",
    "model_count": "models",
    "hardware_id": "hardware",
    "baseline_hardware_id": "baseline",
    "compute_platform_version": "platform",
    "baseline_compute_platform_version": "its platform",
    "driver_version": "driver",
    "baseline_driver_version": "its driver",
    "runtime_version": "version",
    "baseline_runtime_version": "baseline",
    "advantage_per_device": "each device",
    "device_count": "devices",
    "baseline_device_count": "its devices",
    "benchmark_release": "release",
    "price_provider": "prices of",
    "price_as_of": "as of",
}
"""Headings for people, where a column's name is long."""


def show(connection: duckdb.DuckDBPyConnection, asked: Asked, form: str, limit: int) -> None:
    """Answer one question in one form."""
    found = summaries(connection, asked)
    unequal = why_not(connection, asked) if asked.by == "stack" and asked.side and not found else None
    if form == "csv":
        rows = [each.as_dict() for each in found]
        print_csv(list(rows[0]) if rows else [], [list(row.values()) for row in rows])
    elif form == "json":
        pairs = pairs_worst_first(connection, asked).as_dicts()
        print_json({"comparisons": [each.as_dict() for each in found], "pairs": pairs} | _unequal(unequal))
    elif found:
        print_summaries(asked, found, limit)
        if limit:
            click.echo()
            print_pairs(asked, found, pairs_worst_first(connection, asked, limit), limit)
    elif unequal:
        _print_unequal(asked, unequal, limit)
    if not found and not unequal:
        _say_what_there_is(connection, asked)


def print_summaries(asked: Asked, found: Sequence[Summary], limit: int) -> None:
    """A row a comparison."""
    keys = [key for key in asked.kind.keys if any(each.keys[key] is not None for each in found)]
    extra = [asked.kind.extra] if asked.kind.extra else []
    told = found[: limit or None]
    columns = [
        *(_heading(key) for key in keys),
        f"advantage in {asked.metric}{asked.kind.each}",
        "95 % interval",
        "worst .. best",
        *(_heading(name) for name in extra),
        "better",
        "models",
        "pairs",
    ]
    rows = [
        [
            *(shown(each.keys[key]) for key in keys),
            f"{number(each.advantage)} x",
            _interval(each),
            f"{number(each.worst)} .. {number(each.best)}",
            *(number(each.extra[name]) for name in extra),
            f"{each.better_count:,}",
            f"{each.model_count:,}",
            f"{each.pair_count:,}",
        ]
        for each in told
    ]
    print_table(columns, rows, numeric=columns[len(keys) :])
    if len(told) < len(found):
        click.echo(
            f"... {len(told)} of {len(found):,} comparisons are shown, those with most models; "
            "--limit shows more, --json all",
            err=True,
        )


def print_pairs(asked: Asked, compared: Sequence[Summary], pairs: Rows, limit: int) -> None:
    """A row a pair, the worst first; what is the same in all comparisons above is not said again."""
    found = pairs.as_dicts()
    extra = [asked.kind.extra] if asked.kind.extra else []
    same = [key for key in asked.kind.keys if len({each.keys[key] for each in compared}) == 1]
    keys = [key for key in asked.kind.keys if key not in same and key not in _WORDS]
    columns = [
        "advantage",
        *map(_heading, extra),
        "model",
        *map(_heading, keys),
        "value",
        "its value",
        "unit",
    ]
    rows = [
        [
            f"{number(pair['advantage'])} x",
            *(number(pair[name]) for name in extra),
            pair["model_id"],
            *(shown(pair[key]) for key in keys),
            number(pair["value"]),
            number(pair["baseline_value"]),
            pair["unit"],
            _condition(pair, asked.kind.keys),
        ]
        for pair in found
    ]
    numeric = ("advantage", *map(_heading, extra), "value", "its value")
    print_table([*columns, "condition"], rows, numeric=numeric)
    if pairs.is_truncated:
        click.echo(f"... the {limit} worst pairs are shown; --limit shows more, --json all", err=True)


def _heading(column: str) -> str:
    return _MEASURES.get(column, column.replace("baseline_", "its ").replace("_", " "))


def _interval(each: Summary) -> str:
    if each.advantage_low is None or each.advantage_high is None:
        return "too few models"
    return f"{number(each.advantage_low)} .. {number(each.advantage_high)}"


def _condition(pair: Mapping[str, Any], told: Sequence[str]) -> str:
    words = [str(pair[name]) for name in _WORDS if pair.get(name)]
    sizes = [f"{word} {pair[name]}" for name, word in _SIZES.items() if name not in told and pair.get(name)]
    sizes = [each for each in sizes if each != "devices 1"]
    sizes += [f"{name} {value}" for name, value in (pair.get("condition") or {}).items() if name not in told]
    software = [
        str(pair[name]) for name in ("runtime", "runtime_version") if name not in told and pair.get(name)
    ]
    return " ".join([*words, *sizes, *software])


def _unequal(unequal: Unequal | None) -> dict[str, Any]:
    if unequal is None:
        return {}
    return {
        "reason": unequal.reason,
        "measured": list(unequal.measured),
        "comparable": [each.as_dict() for each in unequal.comparable],
    }


def _print_unequal(asked: Asked, unequal: Unequal, limit: int) -> None:
    """Why there is no pair, what was measured on either side, and what either side can be compared with."""
    click.echo(
        f"{asked.side} and {asked.baseline or 'others'} cannot be compared: {unequal.reason}", err=True
    )
    if unequal.measured:
        names = [name for name in unequal.measured[0] if any(row[name] for row in unequal.measured)]
        rows = [[_set(row[name]) for name in names] for row in unequal.measured]
        print_table([_heading(name) for name in names], rows)
    if unequal.comparable:
        click.echo("\nwhat can be compared on equal conditions:", err=True)
        print_summaries(asked, unequal.comparable, limit)


def _set(value: Any) -> str:
    if not isinstance(value, list):
        return shown(value)
    told = [*map(shown, value)]
    return ", ".join(told) if len(told) <= _SET_SHOWN else f"{told[0]} .. {told[-1]} ({len(told)})"


def _say_what_there_is(connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """On stderr: what is missing, and the metrics in which there would be pairs."""
    there = [f"{metric} ({count:,} pairs)" for metric, count in metrics_with_pairs(connection, asked).items()]
    hint = (
        f"there are pairs in --metric {', '.join(there[:6])}"
        if there
        else "`benchmart matrix` shows what there is"
    )
    click.echo(f"{asked.kind.nothing} in {asked.metric}; {hint}", err=True)
