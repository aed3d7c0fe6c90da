"""A choice of hardware as tables and sentences, and as JSON has it."""

from typing import Any

import click

from interfaces.cli.tables import print_table, shown
from predictors.selector.option import Option, Selection

_OPTION = (
    "rank", "device", "score", "items_per_second", "low", "high", "basis", "evidence", "front", "notes",
)  # fmt: skip
_REJECTED = ("rejected", "how_near", "why")


def told(selection: Selection) -> dict[str, Any]:
    """A selection as JSON has it."""
    best = selection.best
    return {
        "model": selection.asked.model,
        "family": selection.asked.known_family,
        "mode": selection.asked.mode,
        "precision": selection.asked.precision,
        "batch_size": selection.asked.batch_size,
        "choice": best.hardware_id if best else None,
        "fallbacks": [each.hardware_id for each in selection.fallbacks],
        "equally_good": list(selection.equally_good),
        "here": selection.here.hardware_id if selection.here else None,
        "options": [_told(each) for each in selection.options],
        "rejected": [_told(each) for each in selection.rejected],
        "explanation": list(selection.explanation),
    }


def _told(option: Option) -> dict[str, Any]:
    estimate, need = option.estimate, option.need
    is_known = estimate is not None and not estimate.is_relative
    return {
        "hardware_id": option.hardware_id,
        "name": option.device.name,
        "score": option.score,
        "shares": dict(option.shares),
        "items_per_second": estimate.rate if estimate and is_known else None,
        "low": estimate.low if estimate and is_known else None,
        "high": estimate.high if estimate and is_known else None,
        "basis": estimate.basis if estimate else None,
        "evidence_count": estimate.evidence_count if estimate else 0,
        "needed_bytes": need.high if need else None,
        "memory_bytes": option.device.facts.memory_bytes,
        "price_per_hour": option.device.price_per_hour,
        "is_on_front": option.is_on_front,
        "broken": [
            {"constraint": each.constraint, "reason": each.reason, "nearness": each.nearness}
            for each in option.broken
        ],
    }


def show(selection: Selection, limit: int) -> None:
    """Tables of options and of what was rejected on stdout, at most `limit` lines each; why on stderr."""
    rows = [_row(rank, each) for rank, each in enumerate(selection.options[:limit], start=1)]
    if rows:
        print_table(_OPTION, [[shown(cell) for cell in row] for row in rows], _OPTION[2:6])
    misses = [
        [
            each.device.name,
            f"{each.nearness:.0%}" if each.nearness else "",
            "; ".join(b.reason for b in each.broken),
        ]
        for each in selection.rejected[:limit]
    ]
    if misses:
        click.echo()
        print_table(_REJECTED, misses, _REJECTED[1:2])
    for line in selection.explanation:
        click.echo(line, err=True)
    if selection.here and selection.here is not selection.best:
        click.echo(f"on this machine: {selection.here.device.name}", err=True)
    left = max(len(selection.options) - limit, 0), max(len(selection.rejected) - limit, 0)
    if any(left):
        click.echo(f"{left[0]} more options and {left[1]} more rejected; --limit shows more", err=True)


def _row(rank: int, option: Option) -> list[Any]:
    estimate = option.estimate
    if estimate is None:
        return [rank, option.device.name, option.score, *[None] * 5, option.is_on_front, ""]
    is_told = not estimate.is_relative
    numbers = [estimate.rate, estimate.low, estimate.high] if is_told else [None, None, None]
    notes = "; ".join(each.reason for each in option.broken)
    return [
        rank, option.device.name, option.score, *numbers, estimate.basis, estimate.evidence_count, option.is_on_front,
        notes,
    ]  # fmt: skip
