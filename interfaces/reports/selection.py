"""A choice of hardware as a page: scores with their intervals, the front of speed against price, and near misses."""

from collections.abc import Sequence

from interfaces.reports.charts.fronts import Point, front_chart
from interfaces.reports.charts.spreads import Spread
from interfaces.reports.charts.svg import Caption
from interfaces.reports.draws import dots_of
from interfaces.reports.report import Draw, Exhibit, Report, Section, Table
from predictors.selector.option import Option, Selection

_MOST = 20
_SCORES = (
    "A dot is the score of a device, as a share of what a device that is best in everything would have; the line goes "
    "to where it is if the device is as slow, or as fast, as its interval allows."
)
_FRONT = (
    "Devices with a known price. Those on the line are beaten by none: every other costs as much or more and is no "
    "faster. Names without room are in the table."
)
_REJECTED = "What is out, nearest misses first, with every constraint that does not hold."


def selection_report(selection: Selection) -> Report:
    """The page of one choice."""
    asked, best = selection.asked, selection.best
    sections = [_scores(selection.options), _priced(selection.options), _rejected(selection.rejected)]
    lead = f"{best.device.name}. " if best and not best.estimate else ""
    return Report(
        title=f"What to run {asked.model} on",
        lead=lead + "; ".join(selection.explanation),
        asked=[
            ("family", asked.known_family or "not known"),
            ("mode", asked.mode),
            ("precision", asked.precision),
            ("batch size", str(asked.batch_size)),
            *((name, str(weight)) for name, weight in asked.weights.items()),
        ],
        state="",
        sections=[section for section in sections if section is not None],
    )


def _scores(options: Sequence[Option]) -> Section | None:
    shown = options[:_MOST]
    if not shown:
        return None
    rows = [
        Spread(each.device.name, each.score, each.low_score, each.high_score, note=_basis(each))
        for each in shown
    ]
    cells = [[each.device.name, f"{each.score:.3f}", _basis(each), _evidence(each)] for each in shown]
    left = len(options) - len(shown)
    table = Table(
        ["device", "score", "basis", "results"],
        cells,
        numeric=["score", "results"],
        left_out=f"{left} more options; --json has all" if left else "",
    )
    return Section("Options", [_SCORES], [Exhibit(table, dots_of("Scores of devices", rows, "score"))])


def priced_points(options: Sequence[Option]) -> list[Point]:
    """Price and speed of the devices that have both."""
    return [
        Point(each.device.name, each.device.price_per_hour, each.shares.get("throughput") or 0.0)
        for each in options
        if each.device.price_per_hour and each.estimate
    ]


def front_drawn(points: Sequence[Point], title: str, across: str) -> Draw:
    """What devices cost, in price or in memory, against their speed; `across` says which."""
    told = "; ".join(f"{each.label}: {each.gain:.0%} at {each.cost:.2f}" for each in points)
    caption = Caption(title, told)

    def draw(name: str, width: int) -> str:
        return front_chart(name, caption, points, (across, "share of the best throughput"), width)

    return draw


def _priced(options: Sequence[Option]) -> Section | None:
    """None with fewer than two prices: there is no front of one."""
    points = priced_points(options)
    if len(points) <= 1:
        return None
    cells = [[each.label, f"{each.cost:.2f}", f"{each.gain:.1%}"] for each in points]
    table = Table(
        ["device", "price an hour", "of the best speed"],
        cells,
        numeric=["price an hour", "of the best speed"],
    )
    return Section(
        "Speed against price",
        [_FRONT],
        [Exhibit(table, front_drawn(points, "Throughput against price", "price an hour, by ratios"))],
    )


def _rejected(rejected: Sequence[Option]) -> Section | None:
    shown = rejected[:_MOST]
    if not shown:
        return None
    cells = [
        [
            each.device.name,
            f"{each.nearness:.0%}" if each.nearness else "",
            "; ".join(one.reason for one in each.broken),
        ]
        for each in shown
    ]
    left = len(rejected) - len(shown)
    table = Table(
        ["device", "how near", "why"],
        cells,
        numeric=["how near"],
        left_out=f"{left} more rejected; --json has all" if left else "",
    )
    return Section("Rejected", [_REJECTED], [Exhibit(table)])


def _basis(option: Option) -> str:
    return option.estimate.basis if option.estimate else ""


def _evidence(option: Option) -> str:
    return str(option.estimate.evidence_count) if option.estimate else ""
