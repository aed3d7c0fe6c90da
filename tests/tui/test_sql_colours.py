"""Colours of a statement in the SQL console."""

import pytest
from browsing import browsing
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color

from tui.themes import DARK, LIGHT
from tui.widgets.sql_colours import coloured
from tui.widgets.sql_editor import SqlEditor


def named(statement: str) -> list[tuple[str, str]]:
    lines = [line.encode() for line in statement.split("\n")]
    return [(lines[row][begin:end].decode(), kind) for row, begin, end, kind in coloured(statement)]


def test_words_of_duckdb_texts_numbers_and_comments_are_told_apart() -> None:
    assert named("from t select max(é) over (partition by x), 12 -- why\nqualify y = 'ok'") == [
        ("from", "keyword"),
        ("select", "keyword"),
        ("max", "keyword"),
        ("over", "keyword"),
        ("partition", "keyword"),
        ("by", "keyword"),
        ("12", "number"),
        ("-- why", "comment"),
        ("qualify", "keyword"),
        ("'ok'", "string"),
    ]


def test_a_text_and_a_comment_go_over_lines() -> None:
    assert named("/* a\n\nb */ 'c\nd'") == [
        *[("/*", "comment"), (" a", "comment"), ("b ", "comment"), ("*/", "comment")],
        *[("'c", "string"), ("d'", "string")],
    ]


@given(st.text(st.characters(codec="utf-8"), max_size=80) | st.text("'\"-/*\n aé1;$", max_size=40))
def test_each_piece_lies_within_its_row_and_none_in_two(statement: str) -> None:
    rows = [line.encode() for line in statement.split("\n")]
    last = (0, 0)
    for row, begin, end, _ in coloured(statement):
        assert (row, begin) >= last
        assert begin < end <= len(rows[row])
        rows[row][begin:end].decode()
        last = (row, end)


def test_a_pasted_file_is_left_without_colours() -> None:
    assert list(coloured("select 1;" * 10_000)) == []


@pytest.mark.anyio
async def test_colours_are_those_of_the_theme_also_after_another_is_chosen(browsed) -> None:
    async with browsing(browsed, "sql") as (app, pilot):
        editor = app.screen.query_one("#statement", SqlEditor)
        editor.put("select 1")

        def colour() -> Color | None:
            word = next(segment for segment in editor.render_line(0) if segment.text.startswith("select"))
            return word.style.color if word.style else None

        for theme in (DARK, LIGHT):
            app.theme = theme.name
            await pilot.pause()
            assert colour() == Color.parse(theme.secondary or "")
