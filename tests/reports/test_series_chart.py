"""The chart of a series with what was found in it: everything stays inside, words never touch, crowds are thinned."""

from dataclasses import replace

import pytest
from drawings import Drawing
from hypothesis import example, given, settings
from hypothesis import strategies as st
from series_pictures import DAY, START, change, judged, noisy, pictures, told

from interfaces.cli.tables import number
from interfaces.reports.charts.series_chart import series_chart
from interfaces.reports.render import NARROW, WIDE
from interfaces.series_picture.picture import SeriesPicture

STEP = noisy(30, 100.0) + noisy(30, 120.0, seed=1)
LARGEST_SVG = 200_000


def svg(picture: SeriesPicture, width: int = WIDE) -> str:
    return series_chart("c", picture, width, number)


def drawing(picture: SeriesPicture, width: int = WIDE) -> Drawing:
    return Drawing(svg(picture, width))


def texts(picture: SeriesPicture, width: int = WIDE) -> list[str]:
    return [word.text for word in drawing(picture, width).words()]


@settings(max_examples=300, deadline=None)
@given(pictures(), st.sampled_from([WIDE, NARROW]))
@example(told([-1.7e308, 1.7e308] * 8), WIDE)
@example(told([5e-324, 1e308, 1.0]), NARROW)
@example(told([float("nan")] * 7, insufficient="fewer than 6 points"), WIDE)
@example(told([float("nan"), 3.0]), WIDE)
def test_any_values_are_drawn_inside_of_the_frame_and_words_do_not_touch(
    picture: SeriesPicture, width: int
) -> None:
    found = drawing(picture, width)
    found.check()
    for each in found.all("line"):
        assert all(-0.1 <= float(each.attrib[name]) <= width for name in ("x1", "x2"))
        assert all(-0.1 <= float(each.attrib[name]) <= found.height for name in ("y1", "y2"))
    for each in found.all("rect"):
        assert float(each.attrib["x"]) >= -0.1
        assert float(each.attrib["x"]) + float(each.attrib["width"]) <= width + 0.1


def test_a_change_is_marked_with_what_it_came_to_in_words_and_not_by_colour_alone() -> None:
    picture = judged(STEP)
    assert any(text.endswith("%, worse") for text in texts(picture))
    found = drawing(picture)
    assert len(found.all("line", "change")) == 1
    assert len(found.all("line", "level")) == 2
    assert len(found.all("rect", "band")) == 2
    (target,) = found.all("rect", "target")
    assert "95 % interval" in target[0].text


def test_the_caption_says_what_the_picture_shows() -> None:
    description = drawing(judged(STEP)).root[1].text
    assert "60 points" in description
    assert "worse at point 31" in description


def test_the_band_holds_the_level() -> None:
    found = drawing(judged(STEP))
    for band, level in zip(found.all("rect", "band"), found.all("line", "level"), strict=True):
        top, height = float(band.attrib["y"]), float(band.attrib["height"])
        assert top <= float(level.attrib["y1"]) <= top + height
        assert (band.attrib["x"], float(level.attrib["x2"])) == (
            level.attrib["x1"],
            pytest.approx(float(band.attrib["x"]) + float(band.attrib["width"]), abs=0.2),
        )


def test_an_acknowledged_change_is_dotted_and_its_words_are_in_brackets() -> None:
    picture = replace(judged(STEP), acknowledged={30: "expected: new default"})
    found = drawing(picture)
    assert not found.all("line", "change")
    assert len(found.all("line", "acknowledged")) == 1
    assert any(text.startswith("(+") and text.endswith("worse)") for text in texts(picture))
    assert "acknowledged: expected: new default" in svg(picture)


def test_the_baseline_is_a_line_of_its_own_and_told() -> None:
    picture = replace(judged(STEP), baseline=150.0)
    assert len(drawing(picture).all("line", "baseline")) == 1
    assert "latency, ms, baseline 150, by point number" in texts(picture)


def test_labels_give_way_to_those_of_larger_changes() -> None:
    changes = [change(place, 0.01 * place) for place in range(2, 60)]
    found = texts(told([float(place % 7 + 1) for place in range(60)], changes), NARROW)
    assert "+59.0%, worse" in found
    assert 2 <= sum(text.endswith("worse") for text in found) < len(changes)


def test_outliers_are_hollow_and_stay_when_thousands_are_thinned_out() -> None:
    values = noisy(5_000, 10.0)
    values[777] = 20.0
    picture = judged(values, seconds=[START + place * 3_600 for place in range(5_000)])
    found = drawing(picture)
    assert 777 in picture.verdict.outliers
    assert len(found.all("circle", "hollow")) == len(picture.verdict.outliers)
    assert len(found.all("circle", "mark")) == 0


@pytest.mark.parametrize("count", [501, 5_000, 50_000])
def test_thousands_of_points_with_hundreds_of_changes_and_outliers_are_a_small_drawing(count: int) -> None:
    values = [10.0 + place * 7 % 13 for place in range(count)]
    cuts = range(5, count, count // 200)
    picture = told(
        values,
        [change(cut, found_by=("one", "two")) for cut in cuts],
        range(0, count, 7),
        titles=["a title that is quite a bit longer than it needs to be"] * count,
        environments=["one", "two", "three"] * (count // 3) + ["one"] * (count % 3),
    )
    assert len(svg(picture)) < LARGEST_SVG


def test_thinning_keeps_the_lowest_and_the_highest_of_a_column() -> None:
    values = [10.0] * 20_000
    values[5_000], values[15_000] = 30.0, 1.0
    (stroke,) = drawing(told(values)).all("path", "stroke")
    heights = [
        float(each) for part in stroke.attrib["d"].split("M")[1:] for each in part.split()[1].split("V")
    ]
    ends = drawing(told([30.0, 10.0, 1.0])).dots()
    assert min(heights) == pytest.approx(ends[0][1], abs=0.2)
    assert max(heights) == pytest.approx(ends[2][1], abs=0.2)


@pytest.mark.parametrize(("factor", "is_log"), [(100, True), (6, True), (2, False)])
def test_levels_far_apart_are_drawn_on_a_logarithmic_axis(factor: float, is_log: bool) -> None:
    picture = judged(noisy(30, 1.0) + noisy(30, factor, seed=1))
    assert any("log axis" in text for text in texts(picture)) is is_log


def test_values_that_are_not_positive_are_never_on_a_logarithmic_axis() -> None:
    assert not any("log axis" in text for text in texts(told([-1.0, 0.0, 100.0])))


@pytest.mark.parametrize(
    ("seconds", "is_numbered"),
    [
        ([START + place * DAY for place in range(60)], False),
        (None, True),
        ([START] * 30 + [None] + [START + DAY] * 29, True),
        ([START - place for place in range(60)], True),
        ([1e300 + place for place in range(60)], True),
    ],
)
def test_points_are_in_order_of_time_where_that_of_all_is_known_and_else_numbered(
    seconds, is_numbered
) -> None:
    found = texts(judged(STEP, seconds=seconds))
    assert any("by point number" in text for text in found) is is_numbered
    assert any(text.startswith("2026-") for text in found) is not is_numbered


def test_a_switch_of_environment_is_a_thin_line_with_names_and_no_change() -> None:
    picture = judged(noisy(30, 10.0) + noisy(30, 20.0), ["driver-550-old"] * 30 + ["driver-560-old"] * 30)
    found = drawing(picture)
    assert len(found.all("line", "switch")) == 1
    assert not found.all("line", "change")
    assert {"550", "560"} <= set(texts(picture))


def test_environments_that_take_turns_have_levels_of_their_own_and_no_lines_between() -> None:
    sides = [
        noisy(30, level, seed) + noisy(30, 1.2 * level, seed) for seed, level in enumerate((10.0, 13.0, 17.0))
    ]
    values = [value for turn in zip(*sides, strict=True) for value in turn]
    picture = judged(values, ["env-py3.8", "env-py3.9", "env-py3.10"] * 60)
    found = drawing(picture)
    assert not found.all("line", "switch")
    assert len(found.all("line", "level")) == 6
    assert {"py3.8", "py3.9", "py3.10"} <= set(texts(picture))
    assert all(found.all("circle", hue) for hue in ("hue-0", "hue-1", "hue-2"))


def test_a_series_that_was_not_judged_has_points_and_no_level() -> None:
    found = drawing(judged([1.0, 2.0, 3.0]))
    assert len(found.dots()) == 3
    assert not found.all("line", "level")
    assert "not judged: fewer than 6 points" in found.root[1].text


def test_ticks_of_values_that_hardly_differ_are_told_apart() -> None:
    found = [text for text in texts(told([1.0, 1.0000001] * 10)) if text.startswith("1.00000")]
    assert len(found) == len(set(found)) >= 2
