"""The chart of a series with its changes: everything stays inside, what matters is there, crowds are thinned out."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interfaces.reports.charts.changes import Dot, Mark, change_chart
from interfaces.reports.charts.svg import Caption

WIDTH = 700


def drawn(values, marks=(), moments=None, environments=None, outliers=()) -> str:
    points = [
        Dot(
            value,
            None if moments is None else moments[place],
            f"point {place}",
            None if environments is None else environments[place],
            place in outliers,
        )
        for place, value in enumerate(values)
    ]
    return change_chart(
        "c", Caption("a & b", "what"), points, marks, axis="ms", width=WIDTH, shown=lambda value: f"{value:g}"
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=60), st.data())
def test_any_values_are_drawn_inside_of_the_frame(values, data) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(values) - 1)), max_size=4)))
    picture = drawn(values, [Mark(cut, "+10.0%", "worse") for cut in cuts if cut < len(values)])
    width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', picture).groups())
    for x in re.findall(r'(?:cx|x1|x2|x)="([-\d.]+)"', picture):
        assert -0.1 <= float(x) <= width
    for y in re.findall(r'(?:cy|y1|y2|y)="([-\d.]+)"', picture):
        assert -0.1 <= float(y) <= height


def test_changes_are_labelled_and_told_apart_by_more_than_colour() -> None:
    picture = drawn([1.0] * 20 + [1.2] * 20, [Mark(20, "+20.0%", "worse")])
    assert ">+20.0%</text>" in picture
    assert 'class="worse"' in picture
    assert picture.count('class="change"') == 1
    assert picture.count('class="level"') == 2
    assert '<title id="c-title">a &amp; b</title>' in picture


def test_labels_never_lie_on_each_other() -> None:
    marks = [Mark(place, "+123.4%", "better") for place in range(2, 60, 2)]
    picture = drawn([float(place % 7 + 1) for place in range(60)], marks)
    places = [
        (float(y), float(x))
        for x, y in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*class="better"', picture)
    ]
    for row in {y for y, _ in places}:
        ordered = sorted(x for y, x in places if y == row)
        assert all(other - one > 45 for one, other in pairwise(ordered))


def test_outliers_are_hollow_and_stay_when_thousands_are_thinned_out() -> None:
    values = [100.0 + place % 5 for place in range(20_000)]
    picture = drawn(values, outliers={777}, moments=[float(place) for place in range(20_000)])
    assert picture.count("hollow") == 1
    assert len(picture) < 400_000


@pytest.mark.parametrize(("factor", "says"), [(100, True), (2, False)])
def test_levels_far_apart_are_drawn_on_a_logarithmic_axis(factor, says) -> None:
    assert ("logarithmic" in drawn([1.0] * 10 + [1.0 * factor] * 10)) is says


def test_a_switch_of_environment_is_a_line_unless_they_take_turns() -> None:
    assert drawn([1.0] * 20, environments=["a"] * 10 + ["b"] * 10).count('class="switch"') == 1
    assert 'class="switch"' not in drawn([1.0] * 20, environments=["a", "b"] * 10)
