"""How well predictors do on what they had not seen, by what was new about it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from benchmart.queries.predictions import serving
from interfaces.reports.charts.spreads import Spread
from interfaces.reports.draws import bars_of
from interfaces.reports.report import Exhibit, Section, Table
from interfaces.reports.words import count, percent

_SCORES = (
    "Errors on results that the predictor had not seen when it answered: |predicted / measured - 1|. Each split holds "
    "out what is new in it, all results of a model, of a family or of a device at once."
)
_NO_BASELINE = (
    "No baseline was scored on the same results with it; `benchmart predict evaluate` scores predictor and baselines "
    "in one run."
)


def scores_sections(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    """Of the champions that were trained here, else of the version that comes with the package."""
    trained = serving(connection)
    if not trained:
        return [_packaged_section()]
    return [
        _scores_section(
            each.predictor,
            f"Version {each.version} of `{each.predictor}` serves since {each.since:%Y-%m-%d}; it learned from "
            f"{count(each.result_count, 'result')}.",
            {each.predictor: each.scores},
        )
        for each in trained
    ]


def _packaged_section() -> Section:
    from predictors.registry import store
    from predictors.registry.training import NAME

    folder = store.packaged(NAME)
    if folder is None:
        return Section(
            "Scores", ["No predictor serves: `benchmart predict train` learns from what was measured."]
        )
    version = store.version_of(store.digest_of(folder))
    lead = (
        f"No predictor was trained here; version {version} of `{NAME}` serves, which comes with the package"
    )
    if not (folder / "card.json").is_file():
        return Section(
            "Scores", [f"{lead}. It does not tell its scores; `benchmart predict train` makes one that does."]
        )
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    learned = f" and learned from {card['source']}" if "source" in card else ""
    return _scores_section(NAME, f"{lead}{learned}.", {NAME: card["scores"], **card.get("baselines", {})})


def _scores_section(name: str, lead: str, scores: Mapping[str, Sequence[Mapping[str, Any]]]) -> Section:
    """`scores` by predictor, the one that serves first."""
    rows = [
        (split["split"], predictor, split)
        for split_name in dict.fromkeys(each["split"] for each in scores[name])
        for predictor, splits in scores.items()
        for split in splits
        if split["split"] == split_name
    ]
    told = [_SCORES, lead, *([] if len(scores) > 1 else [_NO_BASELINE])]
    if not rows:
        return Section(f"Scores: {name}", [*told, "It was not scored."])
    bars = [
        Spread(
            split if predictor == name else f"{split}, {predictor}",
            each["median_error"],
            note=percent(each["median_error"]),
            style="bar" if predictor == name else "other-bar",
        )
        for split, predictor, each in rows
    ]
    table = Table(
        ["split", "predictor", "results", "median error", "mean error", "coverage"],
        [
            [
                split,
                predictor,
                f"{each['result_count']:,}",
                percent(each["median_error"]),
                percent(each["mean_error"]),
                "" if each.get("coverage") is None else percent(each["coverage"]),
            ]
            for split, predictor, each in rows
        ],
        ["results", "median error", "mean error", "coverage"],
    )
    chart = bars_of(f"Median errors of {name}", bars, "median error")
    return Section(f"Scores: {name}", told, [Exhibit(table, chart)])
