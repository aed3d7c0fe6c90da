"""A choice of hardware as a page: scores, the front of speed against price, and near misses."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from made_up_selection import knowing, nothing_built, pool

from interfaces.reports.charts.fronts import Point, front
from interfaces.reports.charts.labels import placed
from interfaces.reports.render import to_html, to_markdown
from interfaces.reports.selection import selection_report
from predictors.selector.request import Budget, SelectionRequest
from predictors.selector.selection import select

_NET = SelectionRequest("net", "vision", precision="fp16", batch_size=8, allow=("rtx-4090", "rtx-3090", "t4"))


def test_the_page_draws_scores_and_the_front_and_lists_near_misses(tmp_path) -> None:
    known = knowing(tmp_path, pool("net", {"rtx-4090": 100.0, "rtx-3090": 90.0, "t4": 20.0}))
    report = selection_report(select(replace(_NET, budget=Budget(watts=400)), known))
    assert [section.heading for section in report.sections] == ["Options", "Speed against price", "Rejected"]
    page = to_html(report)
    assert page.count("<svg") == 4
    text = to_markdown(report)
    assert "GeForce RTX 3090" in text
    assert "450 W, above 400 W" in text
    assert "22.2%" in text


def test_a_page_without_options_says_why(tmp_path) -> None:
    found = select(
        SelectionRequest("huge-9t", "text_generation", allow=("rtx-4090",)), nothing_built(tmp_path)
    )
    report = selection_report(found)
    assert [section.heading for section in report.sections] == ["Rejected"]
    assert "no device takes huge-9t" in to_html(report)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_no_point_beats_one_of_the_front_and_every_other_is_beaten(pairs) -> None:
    points = [Point(str(place), cost, gain) for place, (cost, gain) in enumerate(pairs)]
    best = front(points)
    for own in best:
        assert not any(one.cost <= own.cost and one.gain > own.gain for one in points)
    for own in points:
        assert any(one.cost <= own.cost and one.gain >= own.gain for one in best)


_PLACES = st.lists(st.tuples(st.integers(60, 340), st.integers(40, 270)), min_size=1, max_size=12)


@given(_PLACES)
def test_labels_of_dots_lie_on_no_other_label_and_no_dot(dots) -> None:
    labels = placed(dots, [f"Device {place}" for place in range(len(dots))], (8, 400), (32, 276))
    for at, one in enumerate(labels):
        assert not any(map(one.overlaps, labels[at + 1 :]))
        assert not any(map(one.covers, dots))
        assert one.left >= 8
        assert one.right <= 400


def test_labels_of_two_dots_that_are_near_are_both_written() -> None:
    assert [each.text for each in placed([(100, 200), (108, 203)], ["one", "two"], (0, 400), (32, 276))] == [
        "one",
        "two",
    ]
