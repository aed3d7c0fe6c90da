"""What the gate writes under a pull request: Markdown, empty when nothing changed."""

from collections.abc import Sequence
from itertools import groupby

from predictors.gate.contract import Evidence
from predictors.gate.from_warehouse import Judged

MARKER = "<!-- benchmart gate -->"
"""By which a program finds its own comment again."""
_MOST_ROWS = 20
_NAMES = {"regression": "regression", "improvement": "improvement", "insufficient data": "doubt"}
_SIGNS = {"regression": "🔴 worse", "improvement": "🟢 better", "insufficient data": "🟡 not sure"}


def comment(rulings: Sequence[Judged], threshold: float, candidate: str, base: str) -> str:
    """Nothing, or a heading, one row for each configuration that changed, and what would settle a doubt.

    Args:
        rulings: Of all series, regressions first.
        threshold: Relative effect that was asked for.
        candidate: What was judged, as asked.
        base: What it was held against, as asked.
    """
    told = [one for one in rulings if one.is_worth_telling]
    if not told:
        return ""
    rows = _one_a_configuration(told)
    lines = [
        MARKER,
        f"### benchmart: {_summary(rows)} in {len(rulings)} series",
        "",
        "| | benchmark | configuration | metric | change | 95 % interval | before → after | runs |",
        "| --- | --- | --- | --- | ---: | --- | --- | --- |",
        *(_row(one, others) for one, others in rows[:_MOST_ROWS]),
    ]
    if len(rows) > _MOST_ROWS:
        lines.append(f"\n{len(rows) - _MOST_ROWS} more configurations; `benchmart gate` lists all.")
    lines += ["", *_doubts([one for one, _ in rows])]
    lines.append(
        f"Threshold {threshold:.3g} relative; {candidate} against {base}. Of a hundred gates in which nothing changed, "
        "one says that something did."
    )
    return "\n".join(lines) + "\n"


def _one_a_configuration(told: Sequence[Judged]) -> list[tuple[Judged, list[str]]]:
    """The first ruling of each outcome and configuration, with the other metrics that say the same."""
    kept: dict[tuple[str, str], tuple[Judged, list[str]]] = {}
    for one in told:
        key = (one.ruling.outcome, one.series.comparability_id)
        if key in kept:
            kept[key][1].append(one.series.metric)
        else:
            kept[key] = (one, [])
    return list(kept.values())


def _summary(rows: Sequence[tuple[Judged, list[str]]]) -> str:
    outcomes = [one.ruling.outcome for one, _ in rows]
    parts = [f"{len(list(group))} {_NAMES[name]}" for name, group in groupby(outcomes)]
    return ", ".join(part if part.startswith("1 ") else f"{part}s" for part in parts)


def _row(one: Judged, others: Sequence[str]) -> str:
    series, evidence = one.series, one.ruling.evidence
    metric = f"{series.metric} (also {', '.join(others)})" if others else series.metric
    cells = [
        _SIGNS[one.ruling.outcome],
        _plain(series.subject),
        _plain(
            " ".join(filter(None, (series.configuration, series.hardware_id and f"on {series.hardware_id}")))
        ),
        _plain(metric),
        *(_numbers(evidence, series.unit) if evidence else ["", "", "", ""]),
    ]
    return f"| {' | '.join(cells)} |"


def _numbers(evidence: Evidence, unit: str) -> list[str]:
    return [
        f"{evidence.effect:+.1%}",
        f"{evidence.low:+.1%} to {evidence.high:+.1%}",
        f"{evidence.before:.4g} → {evidence.after:.4g} {unit}",
        f"{evidence.runs} against {evidence.runs_before}",
    ]


def _doubts(rows: Sequence[Judged]) -> list[str]:
    """Which rerun settles what is not sure."""
    doubtful = [one for one in rows if one.ruling.is_doubtful]
    if not doubtful:
        return []
    heard = [one.ruling.evidence for one in doubtful if one.ruling.evidence]
    known = [(max(one.more_runs, 1), one.runs_a_session) for one in heard if one.more_runs is not None]
    if not known:
        return ["Runs differ too much for a rerun to settle what is not sure.", ""]
    count, a_session = max(known)
    runs = "one more run" if count == 1 else f"{count} more runs"
    apart = f" ({a_session} at a time, an hour apart)" if count > a_session > 1 else ""
    return [
        f"What is not sure would be settled by {runs} of the candidate{apart}, recorded into the same home.",
        "",
    ]


def _plain(text: str) -> str:
    """Text as Markdown has it in a cell."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
