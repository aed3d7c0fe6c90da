"""Why an option has its place: the terms of its score, what its speed rests on, and the nearest measured results."""

from typing import TYPE_CHECKING

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.names import resolve
from benchmart.queries.rows import fetch
from interfaces.cli.tables import number
from tui.contents.content import Content, Section

if TYPE_CHECKING:
    from predictors.selector.option import Option, Selection

_MOST = 8
_NEAREST = """
    select
        coalesce(hardware_name, hardware_id) as hardware, precision, batch_size as batch, items_per_second as "items/s",
        latency_mean_seconds * 1e3 as latency_ms, concat_ws(' ', runtime, runtime_version) as runtime
    from performance
    where model_id = $model_id and status = 'ok' and basis = 'measured' and mode = $mode
        and coalesce(items_per_second, latency_mean_seconds) is not null
    order by
        hardware_id is distinct from $hardware_id, precision is distinct from $precision,
        abs(ln(coalesce(nullif(batch_size, 0), 1) / $batch)), occurred_at desc, event_id
    limit $most
"""


def reasons(connection: duckdb.DuckDBPyConnection, selection: "Selection", option: "Option") -> Content:
    """All that made the score, also of what was rejected."""
    told = [[line] for line in selection.explanation]
    return Content(
        "select",
        [
            _score(selection, option),
            _evidence(option),
            _nearest(connection, selection, option),
            Section("choice", "Of the choice as a whole", ("explanation",), told),
        ],
    )


def _score(selection: "Selection", option: "Option") -> Section:
    weights = selection.asked.weights
    total = sum(weights.values()) or 1.0
    rows = [
        [
            name,
            weight / total * 100,
            share * 100 if share is not None else None,
            (share or 0.0) * weight / total,
        ]
        for name, weight in weights.items()
        for share in (option.shares.get(name),)
    ]
    factor = selection.asked.soft_factor ** len(option.broken)
    if option.shares and factor != 1:
        rows.append([f"times {factor:g} for what does not hold", None, None, None])
    title = f"Score {option.score:.3f}, from {option.low_score:.3f} to {option.high_score:.3f}"
    shown = rows if option.shares else []
    columns = ("term", "weight_%", "of_best_%", "adds")
    return Section("score", title, columns, shown, empty="rejected: it has no score")


def _evidence(option: "Option") -> Section:
    estimate, need, device = option.estimate, option.need, option.device
    rows = [["does not hold", each.reason] for each in option.broken]
    if estimate is not None:
        count = f", {estimate.evidence_count} results" if estimate.evidence_count else ""
        rows.append(["speed", f"{estimate.basis}{count}: {estimate.told}"])
        if estimate.is_relative:
            rows.append(["speed", "only how devices stand to each other is known, not how fast they are"])
        elif estimate.low is not None:
            rows.append(
                [
                    "items/s",
                    f"{number(estimate.rate)}, from {number(estimate.low)} to {number(estimate.high)}",
                ]
            )
    if need is not None:
        rows.append(
            [
                "memory",
                f"{need.expected / 1e9:.1f} GB, at most {need.high / 1e9:.1f} ({need.basis}: {need.told})",
            ]
        )
    has = device.facts.memory_bytes
    rows.append(["has", f"{has / 1e9:.1f} GB of memory" if has else "how much memory it has is not known"])
    price = device.price_per_hour
    rows.append(["price", f"{price:.2f} an hour ({device.price_note})" if price else "no price is known"])
    return Section("evidence", "What this rests on", ("what", "why"), rows)


def _nearest(connection: duckdb.DuckDBPyConnection, selection: "Selection", option: "Option") -> Section:
    asked = selection.asked
    try:
        (model_id,) = resolve(connection, "model", [asked.model])
    except UsageError:
        model_id = asked.model
    wanted = {
        "model_id": model_id,
        "hardware_id": option.hardware_id,
        "mode": asked.mode,
        "precision": asked.precision,
        "batch": asked.batch_size,
        "most": _MOST,
    }
    found = fetch(connection, _NEAREST, wanted)
    title = f"Nearest measured results of {asked.model}"
    return Section(
        "nearest", title, found.columns, found.rows, empty="nothing was measured of this model in this mode"
    )
