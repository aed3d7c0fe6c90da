"""What conditions, devices and families do to measured times: factors with intervals, and what results differ by."""

from collections.abc import Callable, Sequence

from interfaces.reports.charts.intervals import Interval, interval_chart
from interfaces.reports.charts.spreads import Spread
from interfaces.reports.charts.svg import Caption
from interfaces.reports.draws import bars_of
from interfaces.reports.report import Draw, Exhibit, Section, Table
from interfaces.reports.words import count, percent, times
from predictors.mixed_model.model import MixedModel
from predictors.mixed_model.tables import (
    Component,
    FamilyEffect,
    FixedEffect,
    Novelty,
    components,
    family_effects,
    fixed_effects,
    novelties,
)

_MOST_FAMILIES = 24
_EFFECTS = (
    "A linear mixed model of measured seconds over the seconds of physics, fitted to {results} of this warehouse. A "
    "dot is by how many times something changes the time with all else equal, the line its interval of 95 %; left of 1 "
    "is faster. Of precisions and modes it is what they do beyond physics, which knows rates and operations of both."
)
_BETWEEN = (
    "How much times differ from what physics and conditions tell, by what the results are of: the standard deviation "
    "as a share of the time, with its interval of 95 %. Few devices tell little of how much devices differ. "
    "Intervals are drawn up to 100 %; the numbers have all of them."
)
_UNSEEN = (
    "Summed up they tell how far off, at least, a time is of what was never seen: the last table has that."
)
_FAMILIES = (
    "By how many times families run slower (right of 1) or faster than operators, conditions and device explain, with "
    "intervals of 95 %. Families of few results are pulled towards 1. The interval leaves out 1 for {clear} of {all}."
)


def effects_sections(model: MixedModel) -> list[Section]:
    """Three sections, each with a chart; no families where they cannot be told apart."""
    families = family_effects(model)
    sections = [
        Section(
            "What conditions do to time",
            [_EFFECTS.format(results=count(model.result_count, "result"))],
            [_fixed_exhibit(fixed_effects(model))],
        ),
        Section(
            "What results differ by",
            [_BETWEEN, _UNSEEN],
            [_components_exhibit(components(model)), _unseen_exhibit(novelties(model))],
        ),
    ]
    if families:
        clear = sum(each.is_clear for each in families)
        told = _FAMILIES.format(clear=clear, all=count(len(families), "family", "families"))
        sections.append(Section("Families for their operators", [told], [_families_exhibit(families)]))
    return sections


def _fixed_exhibit(found: Sequence[FixedEffect]) -> Exhibit:
    rows = [
        Interval(
            f"{each.effect} against {each.against}" if each.against else each.effect,
            each.factor,
            each.low,
            each.high,
            each.factor if each.low is None else each.low,
            each.factor if each.high is None else each.high,
            _factor(each.factor),
        )
        for each in found
        if each.factor is not None
    ]
    numeric = ["times the time", "95 % interval", "p"]
    table = Table(
        ["effect", "against", *numeric, ""],
        [
            [
                each.effect,
                each.against,
                _factor(each.factor),
                _range(each.low, each.high, _factor),
                "" if each.p_value is None else f"{each.p_value:.2g}",
                each.note,
            ]
            for each in found
        ],
        numeric,
    )
    return Exhibit(table, _intervals("What conditions do to time", rows) if rows else None)


def _components_exhibit(found: Sequence[Component]) -> Exhibit:
    rows = [
        Spread(
            each.between, each.deviation, _drawn(each.low), _drawn(each.high), note=percent(each.deviation)
        )
        for each in found
        if each.deviation is not None
    ]
    numeric = ["levels", "differ by", "95 % interval", "of all variance"]
    table = Table(
        ["between", *numeric, ""],
        [
            [
                each.between,
                f"{each.level_count:,}" if each.level_count else "",
                "" if each.deviation is None else percent(each.deviation),
                _range(each.low, each.high, percent),
                "" if each.share is None else percent(each.share),
                each.note,
            ]
            for each in found
        ],
        numeric,
    )
    title = "What results differ by"
    return Exhibit(table, bars_of(title, rows, "standard deviation, as a share of the time"))


def _drawn(end: float | None) -> float | None:
    """An end that is many times as long as all bars would leave nothing of them."""
    return None if end is None else min(end, 1.0)


def _unseen_exhibit(found: Sequence[Novelty]) -> Exhibit:
    rows = [[each.unseen, percent(each.deviation)] for each in found]
    return Exhibit(Table(["never seen", "off by"], rows, ["off by"]), heading="What was never seen")


def _families_exhibit(found: Sequence[FamilyEffect]) -> Exhibit:
    half = _MOST_FAMILIES // 2
    told = list(found) if len(found) <= _MOST_FAMILIES else [*found[:half], *found[-half:]]
    rows = [
        Interval(each.family, each.factor, each.low, each.high, each.low, each.high, _factor(each.factor))
        for each in told
    ]
    numeric = ["models", "times the time", "95 % interval"]
    table = Table(
        ["family", *numeric],
        [
            [
                each.family,
                f"{each.model_count:,}",
                _factor(each.factor),
                _range(each.low, each.high, _factor),
            ]
            for each in told
        ],
        numeric,
        left_out=f"The {half} slowest and the {half} fastest of {len(found)} are shown; "
        "`benchmart predict effects --json` has all."
        if len(told) < len(found)
        else "",
    )
    return Exhibit(table, _intervals("Families for their operators", rows))


def _intervals(title: str, rows: Sequence[Interval]) -> Draw:
    caption = Caption(title, "; ".join(f"{row.label}: {row.note}" for row in rows))

    def draw(name: str, width: int) -> str:
        return interval_chart(name, caption, rows, axis="times the time", width=width, shown="{:.3g}".format)

    return draw


def _factor(value: float | None) -> str:
    return "" if value is None else times(float(f"{value:.3g}"))


def _range(low: float | None, high: float | None, shown: Callable[[float], str]) -> str:
    return "" if low is None or high is None else f"{shown(low)} .. {shown(high)}"
