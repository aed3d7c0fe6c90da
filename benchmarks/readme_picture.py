"""Draw the picture of the README: precisions compared, from the home of the demo.

python benchmarks/readme_picture.py HOME docs/images/precisions.svg
"""

import sys
from pathlib import Path

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.queries.breakdown import parts
from benchmart.queries.pairs import Asked
from interfaces.reports.comparison import parts_exhibit
from interfaces.reports.render import WIDE, style

_ALONE = """
svg { font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; background: var(--page); }
"""


def main(home: str, output: str) -> None:
    """Write the SVG; it carries the style of the pages, so that it follows the reader's theme."""
    asked = Asked(by="precision", metric="latency_mean")
    with open_warehouse(Home(Path(home))) as connection:
        found = parts(connection, asked)
    draw = parts_exhibit(asked, found).chart
    if draw is None or not found:
        sys.exit(f"{home}: nothing was measured in two precisions; run `make demo`")
    head, rest = draw("precisions", WIDE).split(">", maxsplit=1)
    Path(output).write_text(f"{head}><style>{style()}{_ALONE}</style>{rest}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
