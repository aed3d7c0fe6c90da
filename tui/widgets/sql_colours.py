"""Colours of a statement, by the words, texts, numbers and comments in it."""

from collections.abc import Iterator, Mapping

from pygments.lexers.sql import SqlLexer
from pygments.token import Comment, Keyword, Name, Number, String
from rich.style import Style
from textual.color import Color
from textual.widgets.text_area import TextAreaTheme

_KINDS = {Comment: "comment", String: "string", Number: "number", Keyword: "keyword"}
_KEYWORDS = frozenset((
    "anti", "asof", "columns", "exclude", "exists", "filter", "lateral", "over", "partition", "pivot", "positional",
    "qualify", "sample", "semi", "summarize", "unnest", "unpivot", "window",
))  # fmt: skip
"""Words of DuckDB that the lexer, which is of no dialect, has as names."""
_MOST_CHARACTERS = 50_000
"""All of a statement is read at each key: what is longer, which is pasted, has no colours."""

Coloured = tuple[int, int, int, str]
"""A row, bytes of it from and to, and the kind of what stands there."""


def coloured(statement: str) -> Iterator[Coloured]:
    """What of a statement has a colour, row by row. Complete or not, whatever is in it."""
    if len(statement) > _MOST_CHARACTERS:
        return
    row = begun = 0  # The row, and the bytes of it that are read.
    for _, token, text in SqlLexer().get_tokens_unprocessed(statement):
        kind = next((name for each, name in _KINDS.items() if token in each), None)
        if token in Name and text.lower() in _KEYWORDS:
            kind = "keyword"
        for number, line in enumerate(text.split("\n")):
            if number:
                row, begun = row + 1, 0
            end = begun + len(line.encode())
            if kind is not None and end > begun:
                yield row, begun, end, kind
            begun = end


def sql_theme(name: str, variables: Mapping[str, str]) -> TextAreaTheme:
    """Of these colours, by the names that themes have for them."""

    def style(variable: str, **more: bool) -> Style:
        return Style(color=Color.parse(variables[variable]).rich_color, **more)  # type: ignore[arg-type]  # switches only

    return TextAreaTheme(
        name,
        syntax_styles={
            "keyword": style("secondary", bold=True),
            "string": style("success"),
            "number": style("warning"),
            "comment": Style(italic=True, dim=True),
        },
    )
