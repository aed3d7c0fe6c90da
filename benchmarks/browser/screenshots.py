"""Pictures of every screen for the README and docs/browser.md, from a home with the results that others published.

python benchmarks/browser/screenshots.py HOME docs/browser
"""

import argparse
import asyncio
import os
import re
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from benchmart.config import Home
from tui.app import Browser
from tui.place import from_link

_SIZE = (132, 36)
_SIZES = {"compare": (132, 19)}  # below stand the files that were read, which are of one machine
_SECONDS = 60.0
_QUIET = 6
"""Looks in a row at which nothing is read."""
_FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Fonts from elsewhere: a page asks nothing of others, and any font of one width will do."""
_SHOWN: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("overview", "overview", "", ()),
    ("matrix", "matrix/family/vision", "", ()),
    ("model", "matrix/model/convnext_base", "", ()),
    ("results", "results", "convnext fp16", ("S",) * 7),
    ("compare", "results", "convnext_base fp16", ("m", "m", "c")),
    ("changes", "changes", "", ()),
    ("trends", "changes", "", ("enter", "end", "left_square_bracket")),
    ("select", "select/resnet50?precision=amp_fp16&batch=256", "", ()),
    ("plan", "select/llama-7b?view=plan&gpus=8&each=24GB&step=32&sequence=2048", "", ()),
    ("sql", "sql", "", ("f5", "end", " ", "l", "i")),
    ("log", "log", "", ()),
    ("quality", "quality", "", ()),
    ("help", "results", "", ("question_mark",)),
    ("commands", "results", "", ("ctrl+p", "c", "o", "n", "v", "b")),
)
"""Name of the picture, link, search, keys."""


async def settled(app: Browser, pilot: Pilot[None]) -> None:
    """Until nothing is read any more."""
    quiet = 0
    for _ in range(int(_SECONDS / 0.1)):
        await pilot.pause(0.1)
        quiet = quiet + 1 if all(worker.is_finished for worker in app.workers) else 0
        if quiet == _QUIET:
            return
    raise TimeoutError("the browser does not come to rest")


async def take(home: Home, folder: Path, theme: str, only: str) -> None:
    """All pictures."""
    for name, link, search, keys in _SHOWN:
        if only and name not in only.split(","):
            continue
        app = Browser(home, from_link(link, search))
        async with app.run_test(size=_SIZES.get(name, _SIZE)) as pilot:
            app.theme = theme
            await settled(app, pilot)
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            picture = app.export_screenshot(title=f"benchmart tui {link}")
        (folder / f"{name}.svg").write_text(_FONT_FACE.sub("", picture), encoding="utf-8")


def main() -> None:
    """Take them, with nothing kept of earlier sessions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", default="benchmart-dark")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        asyncio.run(take(Home(asked.home), asked.folder, asked.theme, asked.only))


if __name__ == "__main__":
    main()
