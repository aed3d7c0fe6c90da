"""A series drawn in a terminal stays within its width, says what it shows, and needs neither colour nor Unicode."""

import io
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from series_pictures import DAY, START, change, judged, noisy, pictures, told

from interfaces.series_picture.picture import SeriesPicture
from interfaces.terminal.series_chart import print_series_chart, series_chart

STEP = noisy(30, 100.0) + noisy(30, 120.0, seed=1)


def lines(
    picture: SeriesPicture, width: int = 80, *, is_terminal: bool = True, colours: str | None = None
) -> list[str]:
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=is_terminal,
        color_system=colours,
        legacy_windows=False,
    )
    console.print(series_chart(picture))
    return console.file.getvalue().splitlines()


def text(picture: SeriesPicture, width: int = 80, *, is_terminal: bool = True) -> str:
    return "\n".join(lines(picture, width, is_terminal=is_terminal))


@settings(max_examples=200, deadline=None)
@given(pictures(), st.integers(1, 130), st.booleans())
@example(told([-1.7e308, 1.7e308] * 8), 40, True)
@example(told([float("nan")] * 7, insufficient="fewer than 6 points"), 80, False)
def test_any_values_are_drawn_within_any_width(picture: SeriesPicture, width: int, is_terminal: bool) -> None:
    found = lines(picture, width, is_terminal=is_terminal)
    assert max(map(cell_len, found)) <= width
    assert is_terminal or all(line.isascii() for line in found)


def test_a_change_has_a_line_of_its_own_its_size_and_its_evidence() -> None:
    found = text(judged(STEP))
    assert "%, worse" in found
    assert "┃ change" in found
    assert "point 31: from " in found
    assert "95 % interval +" in found
    assert sum("┃" in line for line in found.splitlines()) >= 8


def test_what_is_no_terminal_gets_plain_ascii() -> None:
    stream = io.StringIO()
    print_series_chart(replace(judged(STEP), title="ResNet \N{MULTIPLICATION SIGN} 50"), stream)
    assert stream.getvalue().isascii()
    assert stream.getvalue().startswith("ResNet ? 50\n")
    assert "| change" in stream.getvalue()


def test_a_dumb_terminal_gets_plain_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert text(judged(STEP)).isascii()


def test_a_terminal_without_unicode_gets_plain_ascii() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    Console(file=stream, width=80, force_terminal=True, color_system=None).print(series_chart(judged(STEP)))
    stream.flush()
    assert stream.buffer.getvalue().isascii()


def test_colour_adds_nothing_that_is_not_there_without_it() -> None:
    picture = judged(STEP)
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="256", record=True)
    console.print(series_chart(picture))
    assert console.export_text().splitlines() == lines(picture)


def test_escape_sequences_in_names_do_nothing_to_the_terminal() -> None:
    assert "\x1b" not in text(replace(judged(STEP), title="\x1b[31mred", axis="a\tb\nc"))


def test_acknowledged_changes_outliers_switches_and_the_baseline_are_told_apart() -> None:
    values = noisy(30, 10.0) + noisy(30, 12.0, seed=1) + noisy(30, 20.0, seed=2)
    values[10] = 19.0
    picture = replace(
        judged(values, ["driver-550"] * 60 + ["driver-560"] * 30),
        acknowledged={30: "expected"},
        baseline=15.0,
    )
    found = text(picture)
    assert "(+" in found
    for meaning in ("┋ acknowledged", "○ outlier", "│ environment switched to 560", "╌ baseline 15"):
        assert meaning in found
    assert "┃ change" not in found
    assert "; acknowledged: expected" in " ".join(found.split())


def test_the_largest_of_many_changes_are_told_and_how_many_there_are() -> None:
    changes = [change(place, 0.01 * place) for place in range(2, 60)]
    found = text(told([float(place % 7 + 1) for place in range(60)], changes))
    assert "The 5 largest of 58 changes are told." in found
    assert "point 60: from " in found
    assert "point 3: from " not in found


def test_labels_do_not_touch() -> None:
    changes = [change(place, 0.2) for place in range(2, 60)]
    above = lines(told([float(place % 7 + 1) for place in range(60)], changes))[2:4]
    for line in above:
        assert line.replace("+20.0%, worse", "").strip() == ""
        assert "worse+" not in line


def test_a_series_that_was_not_judged_is_drawn_and_says_why() -> None:
    assert "insufficient data: fewer than 6 points" in text(judged([1.0, 2.0, 3.0]))


def test_points_are_in_order_of_time_where_it_is_known() -> None:
    assert "2026-01" in text(judged(STEP, seconds=[START + place * DAY for place in range(60)]))
    assert "by point number" in text(judged(STEP))


def test_environments_that_take_turns_are_named() -> None:
    values = [value for turn in zip(noisy(30, 10.0), noisy(30, 14.0), strict=True) for value in turn]
    assert "py3.8, py3.9" in text(judged(values, ["env-py3.8", "env-py3.9"] * 30))
