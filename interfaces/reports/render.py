"""A report as one self-contained HTML file, or as Markdown."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from interfaces.reports.report import Exhibit, Link, Report, Section, Table

WIDE, NARROW = 760, 340
"""Pixels: what a chart is drawn for; the page shows one of the two."""

_MOST_OPEN_ROWS = 12
"""A longer table below a chart is folded."""
_BLANKS = dict.fromkeys([*map(chr, range(ord(" "))), "\x7f", "\x85", "\u2028", "\u2029"], " ")
"""What breaks a line, or does something to a terminal."""
_SIGNS = {"<": "&lt;", "&": "&amp;"} | {sign: f"\\{sign}" for sign in "\\|*`[]#"}
_MARKDOWN_BLANKS = str.maketrans(_BLANKS)
_MARKDOWN_SIGNS = str.maketrans(_BLANKS | _SIGNS)


def to_html(report: Report, links: Sequence[Link] = ()) -> str:
    """The page, with style and charts inside: it asks for nothing from elsewhere."""
    return str(_template("page.html.j2").render(report=_charted(report), links=links, style=style()))


def styled(svg: str) -> str:
    """A chart with the style of the pages inside, so that it can stand alone."""
    start, rest = svg.split(">", maxsplit=1)
    return f"{start}><style><![CDATA[{style()}]]></style>{rest}"


def style() -> str:
    """The style that all pages share."""
    return (files("interfaces.reports") / "style.css").read_text(encoding="utf-8")


def to_markdown(report: Report) -> str:
    """The same without charts."""
    return "\n\n".join(_markdown(report)) + "\n"


def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Everything is escaped, whatever the template's name: words come from files of others.
    environment = Environment(
        loader=PackageLoader("interfaces.reports", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _charted(report: Report) -> dict[str, Any]:
    """The report for the template: drawn."""
    sections = [
        {
            "heading": section.heading,
            "paragraphs": section.paragraphs,
            "exhibits": [
                _exhibit(exhibit, f"chart-{place}-{number}")
                for number, exhibit in enumerate(section.exhibits, start=1)
            ],
        }
        for place, section in enumerate(report.sections, start=1)
    ]
    names = ("title", "lead", "asked", "state", "figures", "command")
    return {"sections": sections, **{name: getattr(report, name) for name in names}}


def _exhibit(exhibit: Exhibit, name: str) -> dict[str, Any]:
    return {
        "heading": exhibit.heading,
        "note": exhibit.note,
        "wide": exhibit.chart(f"{name}-wide", WIDE) if exhibit.chart else "",
        "narrow": exhibit.chart(f"{name}-narrow", NARROW) if exhibit.chart else "",
        "table": exhibit.table,
        "is_open": exhibit.chart is None or len(exhibit.table.rows) <= _MOST_OPEN_ROWS,
    }


def _markdown(report: Report) -> Iterator[str]:
    yield f"# {_plain(report.title)}"
    yield _sentence(report.lead)
    if report.figures:
        yield ", ".join(f"**{_plain(value)}** {_plain(what)}" for value, what in report.figures)
    if report.asked:
        yield "Asked for: " + "; ".join(f"{_plain(name)} {_plain(value)}" for name, value in report.asked)
    for section in report.sections:
        yield from _markdown_section(section)
    command = report.command.replace("`", "").translate(_MARKDOWN_BLANKS)
    yield f"{_plain(report.state)} Printed by `{command}`."


def _markdown_section(section: Section) -> Iterator[str]:
    yield f"## {_plain(section.heading)}"
    yield from map(_sentence, section.paragraphs)
    for exhibit in section.exhibits:
        if exhibit.heading:
            yield f"### {_plain(exhibit.heading)}"
        if exhibit.note:
            yield _sentence(exhibit.note)
        if exhibit.table.title:
            yield _plain(exhibit.table.title)
        yield _markdown_table(exhibit.table)
        if exhibit.table.left_out:
            yield _sentence(exhibit.table.left_out)


def _markdown_table(table: Table) -> str:
    rule = ["---:" if column in table.numeric else "---" for column in table.columns]
    lines = [table.columns, rule, *table.rows]
    written = [lines[0], *lines[2:]]
    head, *rest = ["| " + " | ".join(map(_plain, row)) + " |" for row in written]
    return "\n".join([head, "| " + " | ".join(rule) + " |", *rest])


def _sentence(text: str) -> str:
    """A sentence; words between two backticks are a command and stay so."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _plain(text)
    return "".join(
        f"`{part.translate(_MARKDOWN_BLANKS)}`" if place % 2 else _plain(part)
        for place, part in enumerate(parts)
    )


def _plain(text: str) -> str:
    """The text as Markdown shows it: no sign in it means anything."""
    return text.translate(_MARKDOWN_SIGNS)
