"""Elements of SVG as text. Whatever is not made here is escaped: names come from files of others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from interfaces.reports.charts.text import SIZE

_SURROGATES = range(0xD800, 0xE000)
_NO_CHARACTERS = frozenset({0x7F, 0xFFFE, 0xFFFF})


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart is called, and what it shows in words, for those who cannot see it."""

    title: str
    description: str


def element(name: str, *children: str, **attributes: object) -> str:
    """An element around markup; `class_` is `class`, `text_anchor` is `text-anchor`, None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def words(x: float, y: float, text: str, anchor: str = "start", **attributes: object) -> str:
    """A line of text whose baseline begins, ends or is centred at a point."""
    return element("text", plain(text), x=x, y=y, text_anchor=anchor, font_size=SIZE, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(
    x: float, y: float, width: float, height: float, *, class_: str, title: str = "", **more: object
) -> str:
    """A rectangle, with words that show when it is pointed at."""
    return element("rect", hover(title), x=x, y=y, width=width, height=height, class_=class_, **more)


def dot(x: float, y: float, radius: float, class_: str, title: str = "") -> str:
    """A point, with words that show when it is pointed at."""
    return element("circle", hover(title), cx=x, cy=y, r=radius, class_=class_)


def path(points: Iterable[tuple[float, float]], class_: str) -> str:
    """A line through points."""
    written = " L".join(f"{_attribute(x)} {_attribute(y)}" for x, y in points)
    return element("path", d=f"M{written}", class_=class_)


def area(lower: Sequence[tuple[float, float]], upper: Sequence[tuple[float, float]], class_: str) -> str:
    """What lies between two lines that go the same way."""
    corners = [*lower, *reversed(upper)]
    written = " ".join(f"{_attribute(x)},{_attribute(y)}" for x, y in corners)
    return element("polygon", points=written, class_=class_)


def hover(text: str) -> str:
    """Words that show when the element around them is pointed at."""
    return element("title", plain(text)) if text else ""


def figure(name: str, caption: Caption, width: float, height: float, children: Iterable[str]) -> str:
    """The whole drawing; `name` tells it from the others of a page."""
    return element(
        "svg",
        element("title", plain(caption.title), id=f"{name}-title"),
        element("desc", plain(caption.description), id=f"{name}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        role="img",
        viewBox=f"0 0 {_attribute(width)} {_attribute(height)}",
        width=width,
        height=height,
        aria_labelledby=f"{name}-title {name}-desc",
    )


def plain(text: str) -> str:
    """The text as it may stand in a document: escaped, without characters that XML does not know."""
    return escape(
        "".join(character if _is_known(character) else "\N{REPLACEMENT CHARACTER}" for character in text)
    )


def _is_known(character: str) -> bool:
    code = ord(character)
    return code >= ord(" ") and not (code in _SURROGATES or code in _NO_CHARACTERS)


def _attribute(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return plain(str(value))
