"""What holds of every chart, whatever it shows: nothing is cut, nothing overlaps, nothing is left out."""

from datetime import UTC, datetime

import pytest
from drawings import Drawing
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interfaces.cli.tables import number
from interfaces.reports.charts.bars import Shares, histogram, share_bars
from interfaces.reports.charts.heat import Heat, brief, heat_map, step
from interfaces.reports.charts.intervals import Interval, interval_chart
from interfaces.reports.charts.lines import Point, Stretch, line_chart
from interfaces.reports.charts.reliability import Level, reliability_curve
from interfaces.reports.charts.scale import Scale, linear, logarithmic, time_ticks
from interfaces.reports.charts.spreads import Spread, spread_bars, spread_dots
from interfaces.reports.charts.svg import Caption
from interfaces.reports.charts.text import fitted, text_width
from interfaces.reports.comparison import bins_of
from interfaces.reports.render import NARROW, WIDE

CAPTION = Caption("A title", "What it shows")
NAMES = st.text(min_size=1, max_size=60)
RATIOS = st.floats(0.001, 1000)
WIDTHS = st.sampled_from([WIDE, NARROW])
START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    least, low, value, high, most = sorted(draw(st.lists(RATIOS, min_size=5, max_size=5)))
    has_interval = draw(st.booleans())
    return Interval(
        draw(NAMES), value, low if has_interval else None, high if has_interval else None, least, most,
        f"{number(value)} x, 919 models",
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(intervals(), min_size=1, max_size=12), WIDTHS)
@example([Interval("0", 1.0, None, None, 1.0, 720.0, "1 x, 919 models")], 340)
def test_a_chart_of_intervals_has_a_dot_a_row_and_words_that_do_not_touch(
    rows: list[Interval], width: int
) -> None:
    drawing = Drawing(interval_chart("a", CAPTION, rows, axis="times as good", width=width, shown=number))
    drawing.check()
    assert len(drawing.dots()) == len(rows)
    assert len(drawing.all("line", "interval")) == sum(row.low is not None for row in rows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=80),
    st.sampled_from([None, 60.0, 86_400.0, 1e7]),
    st.lists(NAMES, min_size=1, max_size=4),
    WIDTHS,
)
def test_a_chart_of_a_series_has_all_points_inside_and_its_levels(
    values: list[float], gap_seconds: float | None, versions: list[str], width: int
) -> None:
    points = [
        Point(value, None if gap_seconds is None else START + place * gap_seconds, "a point")
        for place, value in enumerate(values)
    ]
    size = max(1, len(values) // len(versions))
    firsts = list(range(0, len(values), size))[: len(versions)]
    lasts = [*(first - 1 for first in firsts[1:]), len(values) - 1]
    stretches = [
        Stretch(version, first, last, values[first], values[first], values[first])
        for version, first, last in zip(versions, firsts, lasts, strict=False)
    ]
    drawing = Drawing(
        line_chart("a", CAPTION, points, stretches, axis="latency, ms", width=width, shown=number)
    )
    drawing.check()
    assert len(drawing.dots()) == len(values)
    assert len(drawing.all("rect", "band")) == len(stretches)
    assert len(drawing.all("line", "change")) == len(stretches) - 1


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(NAMES, st.lists(st.integers(0, 10**7), min_size=3, max_size=3), min_size=1, max_size=8),
    WIDTHS,
)
def test_parts_of_a_bar_fill_its_whole(counts: dict[str, list[int]], width: int) -> None:
    classes = {"verified": "verified", "failed": "failed", "simulated only": "simulated"}
    rows = [
        Shares(name, dict(zip(classes, parts, strict=True)), f"{sum(parts):,} cells")
        for name, parts in counts.items()
    ]
    drawing = Drawing(share_bars("a", CAPTION, rows, classes, width))
    drawing.check()
    told = [rect for rect in drawing.all("rect") if len(rect)]
    assert len(told) == sum(count > 0 for parts in counts.values() for count in parts)
    assert all(float(rect.attrib["x"]) >= 0 for rect in told)
    assert all(float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width + 1 for rect in told)


@settings(max_examples=40, deadline=None)
@given(st.lists(RATIOS, min_size=1, max_size=200), WIDTHS)
def test_a_histogram_counts_every_value_once(values: list[float], width: int) -> None:
    bins = bins_of(values)
    assert sum(count for *_, count in bins) == len(values)
    assert bins[0][0] <= min(values) * 1.000001
    assert max(values) <= bins[-1][1] * 1.000001
    drawing = Drawing(
        histogram("a", CAPTION, bins, axis="models by advantage", width=width, shown=number, reference=1.0)
    )
    drawing.check()
    assert len(drawing.all("rect", "bar")) == len(bins)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(NAMES, min_size=1, max_size=10, unique=True), st.lists(NAMES, min_size=1, max_size=9, unique=True),
    st.integers(0, 10**7), WIDTHS,
)  # fmt: skip
def test_a_heat_map_has_a_cell_for_every_two(
    rows: list[str], columns: list[str], count: int, width: int
) -> None:
    heat = Heat(rows, columns, {(rows[0], columns[0]): count}, frozenset({(rows[0], columns[0])}))
    drawing = Drawing(heat_map("a", CAPTION, heat, width=width, of_what="models", mark="with failures"))
    drawing.check()
    assert len([rect for rect in drawing.all("rect") if len(rect)]) == len(rows) * len(columns)


@given(st.text(max_size=200), st.floats(10, 500))
def test_a_text_that_is_cut_fits_and_keeps_both_ends(text: str, width: float) -> None:
    cut = fitted(text, width)
    assert text_width(cut) <= width or cut == "…"
    if cut not in (text, "…"):
        head, tail = cut.split("…")[0], cut.rsplit("…", maxsplit=1)[1]
        assert text.startswith(head)
        assert text.endswith(tail)


def test_a_name_that_is_cut_is_whole_where_it_is_pointed_at() -> None:
    name = (
        "vit_base_patch16_224.augreg_in21k_ft_in1k_with_a_very_long_name_on_an_rtx_4090_against_an_rtx_3090"
    )
    row = Interval(name, 1.5, None, None, 1.0, 2.0, "1.5 x")
    drawing = Drawing(interval_chart("a", CAPTION, [row], axis="times", width=NARROW, shown=number))
    assert name not in [word.text for word in drawing.words()]
    assert any(name in (each.text or "") for each in drawing.all("title"))


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12), st.integers(2, 8))
def test_marks_of_an_axis_are_few_in_order_and_on_it(low: float, span: float, most: int) -> None:
    for scale in (
        linear([low, low + span], 0, 100),
        logarithmic([abs(low) + 1, abs(low) + 1 + span], 0, 100),
    ):
        ticks = scale.ticks(most)
        assert len(ticks) <= most + 1
        assert ticks == sorted(ticks)
        assert all(scale.low * (1 - 1e-9) - 1e-9 <= abs(tick) + 1e-9 or tick >= scale.low for tick in ticks)


@pytest.mark.parametrize(
    ("seconds", "first"), [(3_600, "00:00"), (3 * 86_400, "01 Jan 00:00"), (90 * 86_400, "2026-01-")]
)
def test_moments_are_told_as_short_as_they_can_be(seconds: float, first: str) -> None:
    ticks = time_ticks(Scale(START, START + seconds, 0, 700), 7)
    assert 2 <= len(ticks) <= 8
    assert ticks[0][1].startswith(first)


def test_shades_follow_the_number_of_digits_and_counts_are_brief() -> None:
    assert [step(count) for count in (1, 9, 10, 999, 1_000, 123_456)] == [1, 1, 2, 3, 4, 5]
    assert [brief(count) for count in (7, 999, 1_234, 45_678, 2_500_000)] == [
        "7",
        "999",
        "1.2k",
        "45k",
        "2.5M",
    ]


@st.composite
def spreads(draw: st.DrawFn, largest: float = 1e4) -> Spread:
    low, value, high = sorted(draw(st.lists(st.floats(0, largest), min_size=3, max_size=3)))
    has_spread, expected = draw(st.booleans()), draw(st.one_of(st.none(), st.floats(0, largest)))
    ends = (low, high) if has_spread else (None, None)
    return Spread(
        draw(NAMES), value, *ends, expected, "38 of 42, drifts", draw(st.sampled_from(["bar", "flagged"]))
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(spreads(), min_size=1, max_size=12), WIDTHS)
def test_bars_with_a_spread_begin_at_zero_and_are_as_long_as_their_values(
    rows: list[Spread], width: int
) -> None:
    drawing = Drawing(spread_bars("a", CAPTION, rows, axis="moves time by", width=width, shown=number))
    drawing.check()
    bars = [each for each in drawing.all("rect") if each.attrib["class"] != "target"]
    assert len({each.attrib["x"] for each in bars}) == 1
    wide = [float(each.attrib["width"]) for each in bars]
    largest = max(row.value for row in rows)
    for row, pixels in zip(rows, wide, strict=True):
        expected = row.value / largest * max(wide) if largest else 1.0
        assert pixels == pytest.approx(max(expected, 1.0), abs=0.2)
    assert len(drawing.all("line", "spread")) == 3 * sum(row.low is not None for row in rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(spreads(1.0), min_size=1, max_size=12), WIDTHS)
def test_dots_stand_where_their_values_are_beside_what_is_expected(rows: list[Spread], width: int) -> None:
    drawing = Drawing(spread_dots("a", CAPTION, rows, axis="intervals that held", width=width, shown=number))
    drawing.check()
    places = [x for x, _ in drawing.dots()]
    assert [places[one] <= places[two] for one in range(len(rows)) for two in range(len(rows))
            if rows[one].value < rows[two].value].count(False) == 0  # fmt: skip
    assert len(drawing.all("line", "expected")) == sum(row.expected is not None for row in rows)
    assert len(drawing.all("circle", "flagged")) == sum(row.style == "flagged" for row in rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0, 1)), min_size=2, max_size=20), WIDTHS)
def test_a_curve_of_reliability_has_every_level_in_a_square(
    levels: list[tuple[float, float]], width: int
) -> None:
    known = [Level(level, observed, 0.0, 1.0) for level, observed in sorted(levels)]
    drawing = Drawing(reliability_curve("a", CAPTION, known, width=width))
    drawing.check()
    (diagonal,) = drawing.all("line", "reference")
    across, up = (
        abs(float(diagonal.attrib[f"{axis}2"]) - float(diagonal.attrib[f"{axis}1"])) for axis in "xy"
    )
    assert across == pytest.approx(up, abs=0.2)
    corners = [len(each.attrib["points"].split()) for each in drawing.all("polygon", "band")]
    assert corners == [4, 2 * len(known)]
    # One dot is the legend's.
    assert len(drawing.dots()) == len(known) + 1


def test_a_perfect_predictor_lies_on_the_diagonal() -> None:
    known = [Level(number / 10, number / 10, 0.0, 1.0) for number in range(1, 10)]
    drawing = Drawing(reliability_curve("a", CAPTION, known, width=WIDE))
    (diagonal,) = drawing.all("line", "reference")
    x1, y1 = float(diagonal.attrib["x1"]), float(diagonal.attrib["y1"])
    assert [y1 - y for _, y in drawing.dots()[1:]] == pytest.approx(
        [x - x1 for x, _ in drawing.dots()[1:]], abs=0.2
    )
