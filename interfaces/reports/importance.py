"""What predictions go by: features and their groups, the stages of the predictor, the terms of physics."""

from collections.abc import Sequence
from math import exp

from interfaces.reports.charts.bars import Shares, share_bars
from interfaces.reports.charts.spreads import Spread
from interfaces.reports.charts.svg import Caption
from interfaces.reports.draws import bars_of
from interfaces.reports.report import Exhibit, Section, Table
from interfaces.reports.words import count, percent
from predictors.explained import Explained
from predictors.performance.importance import Moved
from predictors.performance.stages import Stage, Term

_MOST_FEATURES = 15
_MOST_LISTED = 40
_MOST_DEVICES = 12
_TERM_STYLES = {"compute": "compute", "memory": "memory", "launch": "launch", "software": "software"}
_FEATURES = (
    "Physics comes first; trees and networks learn what it leaves over, and of trees it can be told exactly what they "
    "go by. A bar is by how much a feature typically moves the time that trees predict, up or down (exact Shapley "
    "values, mean of their sizes). The thin line reaches from the fold where it moves least to the one where it moves "
    "most: each fold was trained without a part of the models, so what differs between folds hangs on single models."
)
_STAGES = (
    "What is left of the differences between results after each stage, as the standard deviation of the logarithm of "
    "time. Results that were learned from are answered by trees and networks that have not seen their model, but the "
    "residual field has seen them: of new results it leaves more. How large errors are on those, the scores above tell."
)
_TERMS = (
    "What a step's predicted time is made of: arithmetic at the rate the device keeps up, traffic of memory beyond it, "
    "launches of kernels beyond both, and software, which no limit of the device explains. Means over questions."
)


def importance_sections(explained: Explained) -> list[Section]:
    """Of a predictor with trees. Raises PredictionRefused for one without, and when there is nothing to look at."""
    found = explained.importance
    agreement = (
        f"{found.fold_count} folds rank the features alike to {found.agreement:.2f} (Kendall's W: 1 when all rank the "
        "same, 0 when there is no agreement)."
        if found.agreement is not None
        else "There is one fold only: nothing tells how stable the ranks are."
    )
    looked_at = f"Looked at with {explained.sample.described}."
    return [
        Section(
            "What predictions go by",
            [_FEATURES, f"{looked_at} {agreement}"],
            [
                _moved_exhibit("By feature", "feature", found.features),
                _moved_exhibit("By group of features", "group", found.groups),
            ],
        ),
        Section("Stages", [_STAGES, looked_at], [_stages_exhibit(explained.stages)]),
        terms_section(explained),
    ]


def terms_section(explained: Explained) -> Section:
    """Shares of a step's seconds, of all questions and by device."""
    by_device = explained.terms_by_device
    told = list(by_device.items())[:_MOST_DEVICES]
    lines = [("all", explained.terms), *(told if len(by_device) > 1 else [])]
    rows = [
        Shares(
            device,
            {term.term: term.share for term in terms},
            count(terms[0].prediction_count, "prediction"),
        )
        for device, terms in lines
        if terms
    ]
    if not rows:
        return Section("Terms of physics", ["The predictor that serves does not tell its terms."])
    left_out = (
        f"The {len(told)} of {len(by_device)} devices with most questions are shown."
        if len(told) < len(by_device)
        else ""
    )
    table = Table(
        ["device", *_TERM_STYLES, "predictions"],
        [[device, *map(_share, terms), f"{terms[0].prediction_count:,}"] for device, terms in lines if terms],
        [*_TERM_STYLES, "predictions"],
        left_out=left_out,
    )
    told_of = "; ".join(
        f"{row.label}: " + ", ".join(f"{percent(share)} {term}" for term, share in row.parts.items())
        for row in rows
    )
    caption = Caption("What a step's time is made of", told_of)

    def draw(name: str, width: int) -> str:
        return share_bars(name, caption, rows, _TERM_STYLES, width, shown=percent)

    return Section(
        "Terms of physics", [_TERMS, f"Looked at with {explained.sample.described}."], [Exhibit(table, draw)]
    )


def _share(term: Term) -> str:
    return percent(term.share)


def _moved_exhibit(heading: str, column: str, found: Sequence[Moved]) -> Exhibit:
    told = found[:_MOST_FEATURES]
    rows = [
        Spread(
            one.name,
            exp(one.contribution) - 1,
            exp(one.low) - 1,
            exp(one.high) - 1,
            note=percent(one.factor - 1),
        )
        for one in told
    ]
    listed = found[:_MOST_LISTED]
    groups = [] if column == "group" else ["group"]
    table = Table(
        [column, *groups, "moves time by", "fold least", "fold most", "ranks over folds"],
        [
            [
                one.name,
                *([] if column == "group" else [one.group]),
                percent(one.factor - 1),
                percent(exp(one.low) - 1),
                percent(exp(one.high) - 1),
                str(one.best_rank)
                if one.best_rank == one.worst_rank
                else f"{one.best_rank} .. {one.worst_rank}",
            ]
            for one in listed
        ],
        ["moves time by", "fold least", "fold most", "ranks over folds"],
        left_out=f"The first {len(listed)} of {len(found)} are shown, {len(told)} of them above; "
        "`benchmart predict importance --json` has all."
        if len(listed) < len(found)
        else "",
    )
    return Exhibit(table, bars_of(heading, rows, "typical change of the predicted time"), heading)


def _stages_exhibit(stages: Sequence[Stage]) -> Exhibit:
    rows = [
        Spread(f"after {stage.stage}", stage.left, note=f"{exp(stage.left):.3g} x")
        for stage in stages
        if stage.left is not None
    ]
    table = Table(
        ["stage", "explains of the variance", "left after it", "as a factor"],
        [
            [
                stage.stage,
                f"{stage.explained * 100:.2f} %",
                "" if stage.left is None else f"{stage.left:.3f}",
                "" if stage.left is None else f"{exp(stage.left):.3g} x",
            ]
            for stage in stages
        ],
        ["explains of the variance", "left after it", "as a factor"],
    )
    title = "What is left after each stage"
    return Exhibit(
        table, bars_of(title, rows, "standard deviation of the logarithm of time", shown="{:.3g}".format)
    )
