"""What tests look at in a drawing: its marks and its words, with where they are."""

from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree as ET

from interfaces.reports.charts.text import SIZE, text_width

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    right: float
    baseline: float

    def touches(self, other: "Word") -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not apart and abs(self.baseline - other.baseline) < SIZE


class Drawing:
    """A chart, parsed: that alone proves that it is well-formed."""

    def __init__(self, svg: str) -> None:
        self.root = ET.fromstring(svg)
        self.width, self.height = (float(self.root.attrib[name]) for name in ("width", "height"))

    def all(self, name: str, class_: str | None = None) -> list[ET.Element]:
        found = self.root.iter(f"{_SVG}{name}")
        return [each for each in found if class_ is None or class_ in each.get("class", "").split()]

    def dots(self) -> list[tuple[float, float]]:
        return [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in self.all("circle")]

    def words(self) -> list[Word]:
        """Those that are written level."""
        found = []
        for each in self.all("text"):
            if "transform" in each.attrib:
                continue
            text, x = each.text or "", float(each.attrib["x"])
            width = text_width(text)
            left = {"start": x, "middle": x - width / 2, "end": x - width}[each.attrib["text-anchor"]]
            found.append(Word(text, left, left + width, float(each.attrib["y"])))
        return found

    def check(self) -> None:
        """No dot and no word leaves the drawing, no two words touch, and it says what it shows."""
        assert all(0 <= x <= self.width and 0 <= y <= self.height for x, y in self.dots())
        words = self.words()
        outside = [word for word in words if word.left < -1 or word.right > self.width + 1]
        assert outside == []
        assert [word for word in words if not 0 < word.baseline <= self.height] == []
        assert [pair for pair in combinations(words, 2) if pair[0].touches(pair[1])] == []
        title, description = self.root[0], self.root[1]
        assert (title.tag, description.tag) == (f"{_SVG}title", f"{_SVG}desc")
        assert title.text
        assert description.text
        assert self.root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
