"""What `benchmart plan score` prints."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from interfaces.cli.tables import number, print_json, print_table
from predictors.model_sizes.sizes import size_of
from predictors.training_memory.fact_scores import Scored, Total, score, totals
from predictors.training_memory.fact_tables import read_facts

_COLUMNS = (
    "fact",
    "evidence",
    "model",
    "method",
    "batch",
    "sequence",
    "predicted_gb",
    "known_gb",
    "error",
    "fits",
)
_TOTALS = (
    "evidence",
    "facts",
    "compared",
    "median_error",
    "within_20%",
    "within_1%",
    "oom_caught",
    "refused",
)
_GB = 1e9


def print_score(path: Path, *, as_json: bool) -> None:
    """Rows and totals on stdout; what is refused, and why, on stderr."""
    scored = score(read_facts(path), size_of)
    summed = totals(scored)
    if as_json:
        print_json(
            {"facts": [_document(each) for each in scored], "totals": [asdict(each) for each in summed]}
        )
        return
    print_table(_COLUMNS, [_row(each) for each in scored], numeric=_COLUMNS[4:9])
    click.echo()
    print_table(_TOTALS, [_total(each) for each in summed], numeric=_TOTALS[1:])
    _say_refused(scored)


def _row(each: Scored) -> Sequence[str]:
    fact = each.fact
    return (
        fact.fact_id,
        fact.evidence,
        fact.model,
        " ".join(filter(None, (fact.method, fact.quantization))),
        number(fact.micro_batch),
        number(fact.sequence_length),
        _gigabytes(each.predicted_bytes),
        _gigabytes(fact.known_bytes) or fact.outcome,
        _percent(each.error),
        "" if each.fits is None else "yes" if each.fits else "no",
    )


def _total(each: Total) -> Sequence[str]:
    return (
        each.evidence,
        str(each.facts),
        str(each.predicted),
        _percent(each.median_error),
        _percent(each.within_20_percent),
        _percent(each.within_1_percent),
        f"{each.out_of_memory_caught} of {each.out_of_memory}" if each.out_of_memory else "",
        str(each.refused),
    )


def _document(each: Scored) -> dict[str, Any]:
    fact = each.fact
    return {
        "fact_id": fact.fact_id,
        "source": fact.source,
        "evidence": fact.evidence,
        "model": fact.model,
        "method": fact.method,
        "outcome": fact.outcome,
        "predicted_bytes": each.predicted_bytes,
        "known_bytes": fact.known_bytes,
        "error": each.error,
        "device_bytes": each.device_bytes,
        "bounds_bytes": each.bounds,
        "fits": each.fits,
        "basis": each.basis,
    }


def _say_refused(scored: Sequence[Scored]) -> None:
    for each in scored:
        if each.predicted_bytes is None:
            click.echo(f"{each.fact.fact_id} is not predicted: {'; '.join(each.basis)}", err=True)


def _gigabytes(value: float | None) -> str:
    return "" if value is None else f"{value / _GB:.2f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
