"""A page asks for nothing from elsewhere, lets no name do anything, and has the numbers below every chart."""

import re
from html.parser import HTMLParser

import pytest

from interfaces.reports.charts.intervals import Interval, interval_chart
from interfaces.reports.charts.svg import Caption
from interfaces.reports.render import to_html, to_markdown
from interfaces.reports.report import Exhibit, Link, Report, Section, Table, nothing
from interfaces.reports.words import Size, size_for

EVIL = "<script>alert('1')</script>\" onload=\"x|`*[a](b)\x00\x1b\u2028</svg>"


def page_of(name: str) -> Report:
    row = Interval(name, 1.5, 1.2, 1.8, 1.0, 2.0, name)

    def draw(identity: str, width: int) -> str:
        return interval_chart(identity, Caption(name, name), [row], axis=name, width=width, shown=str)

    table = Table(["name", "value"], [[name, "1.5 x"]], ["value"], title=name, left_out=name)
    section = Section(name, [name], [Exhibit(table, draw, name), Exhibit(table)])
    return Report(name, name, [(name, name)], name, [section], [(name, name)], name)


class Page(HTMLParser):
    """Tags, attributes and texts, as a browser finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_name_cannot_do_anything_in_a_page() -> None:
    page = Page(to_html(page_of(EVIL), [Link(EVIL, "other.html"), Link(EVIL)]))
    assert [tag for tag, _ in page.tags if tag in {"script", "img", "iframe", "link", "object"}] == []
    assert [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)] == []
    assert any("<script>alert('1')</script>" in text for text in page.texts)


def test_a_page_asks_for_nothing_from_elsewhere() -> None:
    page = Page(to_html(page_of("a"), [Link("b", "b.html")]))
    addresses = [value for _, attrs in page.tags for name, value in attrs.items() if name in {"href", "src"}]
    assert addresses == ["b.html"]
    policy = [attrs["content"] for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    style = to_html(page_of("a")).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_a_page_is_for_both_themes_and_a_phone() -> None:
    html = to_html(page_of("a"))
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html
    assert html.count('class="wide"') == html.count('class="narrow"') == 1


def test_every_identifier_of_a_page_is_there_once() -> None:
    identities = [attrs["id"] for _, attrs in Page(to_html(page_of("a"))).tags if "id" in attrs]
    assert len(identities) == len(set(identities))


def test_the_numbers_of_a_chart_stand_below_it() -> None:
    tags = [tag for tag, _ in Page(to_html(page_of("a"))).tags]
    assert tags.count("svg") == 2
    assert tags.index("table") > tags.index("svg")


def test_a_name_means_nothing_in_markdown_and_breaks_no_table() -> None:
    lines = to_markdown(page_of(EVIL)).splitlines()
    assert not any("<script" in re.sub(r"(?<!\\)`[^`]*`", "", line) for line in lines)
    assert [line for line in lines if any(ord(character) < ord(" ") for character in line)] == []
    rows = [line for line in lines if line.startswith("| ") and "1.5 x" in line]
    assert len(rows) == 2
    for row in rows:
        assert row.replace("\\|", "").count("|") == 3


def test_nothing_to_show_says_why() -> None:
    report = Report("a", "b", [], "c", [nothing("because of d")])
    assert "because of d" in to_html(report)
    assert "because of d" in to_markdown(report)


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("second", [0.0123], "12.3 ms"),
        ("second", [95.0], "95 s"),
        ("second", [7_200.0], "2 hours"),
        ("second", [3e-7], "300 ns"),
        ("byte", [2.5e9], "2.5 GB"),
        ("byte", [0.0], "0 bytes"),
        ("item/second", [37_664.2], "37,664 items/s"),
        ("token/second", [12.0], "12 token/s"),
        (None, [3.0], "3"),
    ],
)
def test_quantities_are_told_at_the_size_people_read_them_in(
    unit: str | None, values: list[float], expected: str
) -> None:
    assert size_for(unit, values).quantity(values[0]) == expected


def test_no_value_is_no_quantity() -> None:
    assert Size(1.0, "s").quantity(None) == ""
