"""How well intervals held: by case, at other levels than the promised one, and over time."""

from collections.abc import Sequence
from itertools import groupby

from benchmart.queries.predictions import Month, Outcomes, together
from benchmart.statistics import chance_range, share_interval
from interfaces.reports.charts.reliability import Level, reliability_curve
from interfaces.reports.charts.spreads import Spread
from interfaces.reports.charts.svg import Caption
from interfaces.reports.draws import dots_of
from interfaces.reports.report import Exhibit, Section, Table
from interfaces.reports.words import count, percent

_LEVELS = tuple(number / 20 for number in range(1, 20))
_FEWEST_FOR_CURVE = 10
_MOST_CURVES = 4
_MOST_MONTHS = 24
_AXIS = "share that held, and its 95 % interval"
_BY_CASE = (
    "A dot is the share of intervals that held what was measured afterwards, the thick line the 95 % interval of that "
    "share, the upright mark the level that was promised. A case tells what of the question was new."
)
_CURVES = (
    "Intervals are issued at one level; at the others they are made wider or narrower as a normal distribution says. "
    "The band is what chance leaves usual (95 % of a binomial distribution). A curve below it is too sure of itself, "
    "one above it too careful; below it at high levels only, large errors are more than a normal distribution has."
)
_OVER_TIME = (
    "The same by month of measurement. An alarm is raised where chance leaves so few intervals that hold, or so many "
    "errors to one side, less than once in a hundred."
)
_NONE = (
    "No prediction was held against a measurement yet: {why}. `benchmart predict one MODEL DEVICE` notes a prediction; "
    "what is collected or imported afterwards is held against it when `benchmart build` has run."
)


def calibration_sections(found: Sequence[Outcomes], months: Sequence[Month], issued: int) -> list[Section]:
    """By case, at all levels, and over time; one section that says why there is nothing without outcomes."""
    if not found:
        why = f"{count(issued, 'prediction was', 'predictions were')} issued" if issued else "none was issued"
        return [Section("Calibration", [_NONE.format(why=why)])]
    return [
        Section("Calibration", [_BY_CASE], [_cases_exhibit(found)]),
        _curves_section(found),
        _time_section(months),
    ]


def _cases_exhibit(found: Sequence[Outcomes]) -> Exhibit:
    several = len({each.predictor for each in found}) > 1
    named = ["predictor"] if several else []
    rows = [
        _spread(
            _label(each.predictor, each.case_name, several=several), each.held_count, each.count, each.level
        )
        for each in found
    ]
    table = Table(
        [*named, "case", "held", "of", "coverage", "95 % interval", "promised", "median error"],
        [
            [
                *([each.predictor] if several else []),
                each.case_name,
                f"{each.held_count:,}",
                f"{each.count:,}",
                percent(each.held_count / each.count),
                _range(*share_interval(each.held_count, each.count)),
                percent(each.level),
                percent(each.median_error),
            ]
            for each in found
        ],
        ["held", "of", "coverage", "95 % interval", "promised", "median error"],
    )
    return Exhibit(table, dots_of("Intervals that held, by case", rows, _AXIS), "By case")


def _curves_section(found: Sequence[Outcomes]) -> Section:
    several = len({each.predictor for each in found}) > 1
    whole = together(found)
    # Cases that are too sure and too careful hide each other in the whole: it stands in only where no case has enough.
    cases = [each for each in found if each.count >= _FEWEST_FOR_CURVE] or [whole]
    told = [each for each in cases[:_MOST_CURVES] if each.count >= _FEWEST_FOR_CURVE]
    if not told:
        few = f"{count(whole.count, 'outcome')} are too few for a curve; it takes {_FEWEST_FOR_CURVE} of a case."
        return Section("Reliability", [few])
    exhibits = [
        _curve(each, _label(each.predictor, each.case_name, several=several and each is not whole))
        for each in told
    ]
    return Section("Reliability", [_CURVES], exhibits)


def _curve(each: Outcomes, label: str) -> Exhibit:
    levels = []
    for level in sorted({*_LEVELS, *each.levels}):
        low, high = chance_range(each.count, level)
        levels.append(Level(level, each.coverage(level), low, high, is_promised=level in each.levels))
    table = Table(
        ["were to hold", "held", "usual by chance", ""],
        [
            [percent(one.level), percent(one.observed), _range(one.low, one.high), _verdict(one)]
            for one in levels
            if one.is_promised or round(one.level * 20) % 2 == 0
        ],
        ["were to hold", "held", "usual by chance"],
    )
    told = "; ".join(f"{percent(one.level)}: {percent(one.observed)}" for one in levels)
    caption = Caption(f"Reliability, {label}", f"{count(each.count, 'outcome')}. {told}")

    def draw(name: str, width: int) -> str:
        return reliability_curve(name, caption, levels, width=width)

    return Exhibit(table, draw, f"{label}, {count(each.count, 'outcome')}")


def _verdict(level: Level) -> str:
    if level.observed < level.low:
        return "too\N{NO-BREAK SPACE}few"
    return "too\N{NO-BREAK SPACE}many" if level.observed > level.high else ""


def _time_section(months: Sequence[Month]) -> Section:
    alarms = [each for each in months if each.is_drifting]
    newest = {each.month for each in months}
    shown = set(sorted(newest)[-_MOST_MONTHS:])
    told = [each for each in months if each.month in shown]
    several = len({each.predictor for each in months}) > 1
    exhibits = []
    for group in _by_case(told):
        heading = f"{_label(group[0].predictor, group[0].case_name, several=several)}: {group[0].metric}"
        left_out = (
            f"The last {_MOST_MONTHS} of {len(newest)} months are shown." if len(shown) < len(newest) else ""
        )
        exhibits.append(_months_exhibit(heading, group, left_out))
    told_of = (
        [_OVER_TIME, *map(_alarms, _by_case(alarms))] if alarms else [_OVER_TIME, "No alarm was raised."]
    )
    return Section("Over time", told_of, exhibits)


def _by_case(months: Sequence[Month]) -> list[list[Month]]:
    """In the order in which they are read: by predictor, case and metric, oldest first."""
    return [
        list(group)
        for _, group in groupby(months, lambda each: (each.predictor, each.case_name, each.metric))
    ]


def _alarms(months: Sequence[Month]) -> str:
    last = months[-1]
    others = f" (and in {count(len(months) - 1, 'month')} before)" if len(months) > 1 else ""
    held = f"{last.held_count:,} of {last.outcome_count:,} intervals held"
    return f"Alarm for {last.case_name} in {last.month:%Y-%m}{others}: {_why(last)}, {held}."


def _why(month: Month) -> str:
    return "too few hold" if month.coverage_chance < month.bias_chance else "errors lie to one side"


def _months_exhibit(heading: str, months: Sequence[Month], left_out: str) -> Exhibit:
    rows = [
        _spread(
            f"{each.month:%Y-%m}",
            each.held_count,
            each.outcome_count,
            each.level,
            is_flagged=each.is_drifting,
        )
        for each in months
    ]
    table = Table(
        ["month", "held", "of", "coverage", "promised", "median error", "alarm"],
        [
            [
                f"{each.month:%Y-%m}",
                f"{each.held_count:,}",
                f"{each.outcome_count:,}",
                percent(each.held_count / each.outcome_count),
                percent(each.level),
                percent(each.median_error),
                _why(each) if each.is_drifting else "",
            ]
            for each in months
        ],
        ["month", "held", "of", "coverage", "promised", "median error"],
        left_out=left_out,
    )
    return Exhibit(table, dots_of(f"Intervals that held by month, {heading}", rows, _AXIS), heading)


def _spread(label: str, held: int, of: int, level: float, *, is_flagged: bool = False) -> Spread:
    low, high = share_interval(held, of)
    note = f"{held:,} of {of:,}{', drifts' if is_flagged else ''}"
    return Spread(label, held / of, low, high, level, note, "flagged" if is_flagged else "")


def _label(predictor: str, case_name: str, *, several: bool) -> str:
    return f"{predictor}: {case_name}" if several else case_name


def _range(low: float, high: float) -> str:
    return f"{percent(low)} .. {percent(high)}"
