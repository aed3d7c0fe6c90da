"""The report on comparisons: how much better, how sure that is, where it holds, and the worst pairs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import duckdb

from benchmart.queries.breakdown import Part, advantages_of_models, parts
from benchmart.queries.pairs import Asked, Summary, metrics_with_pairs, pairs_worst_first, summaries
from benchmart.queries.rows import Rows
from benchmart.queries.stack_coverage import Unequal, why_not
from interfaces.cli.tables import number, shown
from interfaces.reports.charts.bars import histogram
from interfaces.reports.charts.intervals import Interval, interval_chart
from interfaces.reports.charts.svg import Caption
from interfaces.reports.report import Exhibit, Report, Section, Table, nothing
from interfaces.reports.state import asked_for, state_of
from interfaces.reports.words import count, size_for, times

_MOST_COMPARISONS = 24
_MOST_PAIRS = 20
_FEWEST_FOR_HISTOGRAM = 8
_MOST_BINS = 24
_BINS_PER_DOUBLING = (16, 8, 4, 2, 1)
_HIDDEN_KEYS = frozenset({"compute_platform_version", "baseline_compute_platform_version"})
_AXIS = "times as good in {metric} (log scale)"
_HOW_TO_READ = (
    "A dot is the median over models, each counted once: right of 1 is better. The thick line is its 95 % interval, "
    "the thin one reaches from the worst pair to the best. Below six models there is no interval."
)
_LEFT_OUT_PAIRS = "The {shown} worst of {all} pairs are shown; `benchmart compare --json` has all."


def comparison_report(connection: duckdb.DuckDBPyConnection, asked: Asked, command: str) -> Report:
    """What one side does against another, or all against all. Raises UsageError for names without results."""
    found = summaries(connection, asked)
    return Report(
        title=_title(asked),
        lead=_lead(asked, found),
        asked=asked_for(asked),
        state=state_of(connection),
        sections=list(_sections(connection, asked, found)) if found else [_why_nothing(connection, asked)],
        figures=_figures(found),
        command=command,
    )


def comparisons_exhibit(asked: Asked, found: Sequence[Summary], most: int = _MOST_COMPARISONS) -> Exhibit:
    """The chart of all comparisons, the worst first, and its table."""
    told = sorted(found[:most], key=lambda each: each.advantage)
    rows = [
        Interval(label_of(each), each.advantage, each.advantage_low, each.advantage_high, each.worst, each.best,
                 f"{times(each.advantage)}, {count(each.model_count, 'model')}")
        for each in told
    ]  # fmt: skip
    table = Table(
        ["comparison", "advantage", "95 % interval", "worst .. best", "better", "models", "pairs"],
        [
            [
                label_of(each), times(each.advantage), _interval(each.advantage_low, each.advantage_high),
                f"{number(each.worst)} .. {number(each.best)}", f"{each.better_count:,}", f"{each.model_count:,}",
                f"{each.pair_count:,}",
            ]
            for each in told
        ],
        ["advantage", "95 % interval", "worst .. best", "better", "models", "pairs"],
        left_out=f"{len(told)} of {len(found):,} comparisons are shown, those with most models; "
        "name a side to see others." if len(told) < len(found) else "",
    )  # fmt: skip
    caption = Caption(
        f"Advantage in {asked.metric}",
        "; ".join(f"{row.label}: {row.note}" for row in rows),
    )
    return Exhibit(table, _intervals(rows, caption, asked))


def label_of(each: Summary) -> str:
    """What is compared with what, and on what: `rtx-4090 against rtx-3090`."""
    return label_of_keys(each.keys)


def label_of_keys(keys: Mapping[str, Any]) -> str:
    """The same from what tells the two sides, and what they have in common, apart from others."""
    if "system" in keys:
        # Its name tells the devices and their number, and is long enough.
        work = " ".join(shown(keys[key]) for key in ("scenario", "benchmark_release") if keys.get(key))
        return f"{work}: {keys['system']} against {keys['baseline_system']}".removeprefix(": ")
    ours, theirs, around = [], [], []
    for key, value in keys.items():
        base = f"baseline_{key}"
        if key.startswith("baseline_") or (key in _HIDDEN_KEYS and value == keys.get(base)):
            continue
        if base in keys and keys[base] != value:
            ours.append(shown(value) or "none")
            theirs.append(shown(keys[base]) or "none")
        elif value is not None:
            around.append(shown(value))
    against = f"{' '.join(ours)} against {' '.join(theirs)}" if ours else ""
    return ": ".join(filter(None, (" ".join(around), against)))


def _sections(connection: duckdb.DuckDBPyConnection, asked: Asked, found: Sequence[Summary]) -> list[Section]:
    sections = [
        Section(
            "Advantage",
            [_HOW_TO_READ],
            [comparisons_exhibit(asked, found)],
        )
    ]
    if len(found) == 1:
        sections += _taken_apart(connection, asked)
    pairs = pairs_worst_first(connection, asked, _MOST_PAIRS)
    all_pairs = sum(each.pair_count for each in found)
    return [*sections, Section("The worst pairs", [], [Exhibit(_pairs_table(asked, pairs, all_pairs))])]


def _taken_apart(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[Section]:
    """Of one comparison: under which conditions it holds, and for how many models."""
    of_conditions, of_models = parts(connection, asked), advantages_of_models(connection, asked)
    sections = []
    if len(of_conditions) > 1:
        sections.append(Section("By condition", [], [parts_exhibit(asked, of_conditions)]))
    if len(of_models) >= _FEWEST_FOR_HISTOGRAM:
        better = sum(each[2] > 1 for each in of_models)
        told = f"{better:,} of {count(len(of_models), 'model')} do better than the baseline."
        sections.append(Section("By model", [told], [_models_exhibit(asked, of_models)]))
    return sections


def parts_exhibit(asked: Asked, found: Sequence[Part]) -> Exhibit:
    """The chart of a comparison's parts, the worst first, and its table."""
    rows = [
        Interval(" ".join(part.words) or "all", part.advantage, part.advantage_low, part.advantage_high, part.worst,
                 part.best, f"{times(part.advantage)}, {count(part.model_count, 'model')}")
        for part in found
    ]  # fmt: skip
    table = Table(
        ["condition", "advantage", "95 % interval", "worst .. best", "models", "pairs"],
        [
            [
                row.label, times(part.advantage), _interval(part.advantage_low, part.advantage_high),
                f"{number(part.worst)} .. {number(part.best)}", f"{part.model_count:,}", f"{part.pair_count:,}",
            ]
            for row, part in zip(rows, found, strict=True)
        ],
        ["advantage", "95 % interval", "worst .. best", "models", "pairs"],
    )  # fmt: skip
    caption = Caption(
        f"Advantage in {asked.metric} by condition", "; ".join(f"{row.label}: {row.note}" for row in rows)
    )
    return Exhibit(table, _intervals(rows, caption, asked))


def _models_exhibit(asked: Asked, of_models: Sequence[tuple[str, int, float]]) -> Exhibit:
    bins = bins_of([advantage for *_, advantage in of_models])
    table = Table(
        ["advantage", "models"],
        [[f"{number(low)} to {number(high)}", f"{models:,}"] for low, high, models in bins],
        ["advantage", "models"],
    )
    middle = number(median(each[2] for each in of_models))
    worst, best = of_models[0], of_models[-1]
    description = f"median {middle}; worst {worst[0]} {number(worst[2])}, best {best[0]} {number(best[2])}"
    caption = Caption("Models by advantage", description)
    axis = f"number of models by their advantage in {asked.metric}"

    def draw(name: str, width: int) -> str:
        return histogram(name, caption, bins, axis=axis, width=width, shown=number, reference=1.0)

    return Exhibit(table, draw)


def bins_of(values: Sequence[float]) -> list[tuple[float, float, int]]:
    """Bins of equal ratio with 1 as an edge, fine enough to be at most 24, each with how many values it holds."""
    positive = [value for value in values if value > 0]
    low, high = math.log2(min(positive)), math.log2(max(positive))
    for fine in _BINS_PER_DOUBLING:
        first, last = math.floor(low * fine), math.floor(high * fine)
        if last - first < _MOST_BINS:
            break
    counts = [0] * (last - first + 1)
    for value in positive:
        place = math.floor(math.log2(value) * fine) - first
        counts[min(max(place, 0), len(counts) - 1)] += 1
    return [
        (2 ** ((first + at) / fine), 2 ** ((first + at + 1) / fine), number_)
        for at, number_ in enumerate(counts)
    ]


def _intervals(rows: Sequence[Interval], caption: Caption, asked: Asked) -> Any:
    axis = _AXIS.format(metric=f"{asked.metric}{asked.kind.each}")

    def draw(name: str, width: int) -> str:
        return interval_chart(name, caption, rows, axis=axis, width=width, shown=number)

    return draw


def _pairs_table(asked: Asked, pairs: Rows, all_pairs: int) -> Table:
    rows = []
    for pair in pairs.as_dicts():
        size = size_for(pair["unit"], [pair["value"], pair["baseline_value"]])
        compared = label_of_keys({key: pair[key] for key in asked.kind.keys})
        rows.append(
            [
                times(pair["advantage"]), pair["model_id"] or "", compared, size.quantity(pair["value"]),
                size.quantity(pair["baseline_value"]), condition_words(pair, asked.kind.keys),
            ]
        )  # fmt: skip
    return Table(
        ["advantage", "model", "compared", "value", "its value", "condition"],
        rows,
        ["advantage", "value", "its value"],
        left_out=_LEFT_OUT_PAIRS.format(shown=len(rows), all=f"{all_pairs:,}") if pairs.is_truncated else "",
    )


_SIZES = {"batch_size": "batch", "sequence_length": "length", "image_size": "px", "device_count": "devices"}


def condition_words(row: Mapping[str, Any], told: Sequence[str] = ()) -> str:
    """The condition of a result in a few words; what is `told` already is left out."""
    names = ("mode", "phase", "precision", "compiler", "memory_format")
    words = [str(row[name]) for name in names if name not in told and row.get(name)]
    words += [f"{word} {row[name]}" for name, word in _SIZES.items() if name not in told and row.get(name)]
    words += [f"{name} {value}" for name, value in (row.get("condition") or {}).items()]
    return " ".join(
        [
            *words,
            *(
                str(row[name])
                for name in ("runtime", "runtime_version")
                if row.get(name) and name not in told
            ),
        ]
    )


def _title(asked: Asked) -> str:
    if asked.side and asked.baseline:
        return f"{asked.side} against {asked.baseline}"
    return f"{asked.side} against others" if asked.side else f"Comparisons by {asked.by}"


def _lead(asked: Asked, found: Sequence[Summary]) -> str:
    kept = "Only results that agree in everything else are paired: model, mode, precision, sizes, versions."
    if len(found) != 1:
        return f"{count(len(found), 'comparison')} in {asked.metric}. {kept}"
    [each] = found
    sure = _interval(each.advantage_low, each.advantage_high)
    within = (
        f" (95 % interval {sure})" if each.advantage_low is not None else " (too few models for an interval)"
    )
    return (
        f"In {asked.metric}{asked.kind.each}, {label_of(each)} is {number(each.advantage)} times as good{within}: "
        f"the median over {count(each.model_count, 'model')} and {count(each.pair_count, 'pair')}. {kept}"
    )


def _figures(found: Sequence[Summary]) -> list[tuple[str, str]]:
    if len(found) != 1:
        return []
    [each] = found
    return [
        (times(each.advantage), "median advantage"),
        (f"{each.better_count:,} of {each.model_count:,}", "models are better"),
        (f"{each.pair_count:,}", "pairs"),
        (f"{number(each.worst)} .. {number(each.best)}", "worst and best pair"),
    ]


def _interval(low: float | None, high: float | None) -> str:
    return "too few models" if low is None or high is None else f"{number(low)} .. {number(high)}"


def _why_nothing(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Section:
    if asked.by == "stack" and asked.side:
        return _unequal(asked, why_not(connection, asked))
    there = [f"{metric} ({pairs:,})" for metric, pairs in metrics_with_pairs(connection, asked).items()]
    hint = (
        f"There are pairs in: {', '.join(there[:6])}." if there else "`benchmart matrix` shows what there is."
    )
    return nothing(f"{asked.kind.nothing.capitalize()} in {asked.metric}. {hint}")


def _unequal(asked: Asked, unequal: Unequal) -> Section:
    """Two stacks that share nothing: why, what was measured with each, and what can be compared."""
    exhibits = []
    if unequal.measured:
        columns = ["side", "hardware_id", "runtime", "runtime_version", "model_count", "modes", "precisions"]
        rows = [[_set(row[name]) for name in columns] for row in unequal.measured]
        exhibits.append(
            Exhibit(Table([name.replace("_", " ") for name in columns], rows), heading="What was measured")
        )
    if unequal.comparable:
        shown_instead = comparisons_exhibit(replace(asked, side=None, baseline=None), unequal.comparable)
        exhibits.append(replace(shown_instead, heading="What can be compared"))
    sides = f"{asked.side} and {asked.baseline or 'others'}"
    return Section("Nothing to compare", [f"{sides} cannot be compared: {unequal.reason}."], exhibits)


def _set(value: Any) -> str:
    return ", ".join(shown(each) or "not told" for each in value) if isinstance(value, list) else shown(value)
