"""The program, what ends it written to a file as well: a terminal of three columns has no room for an error.

python benchmarks/browser/watched.py FILE tui ...
"""

import sys
import traceback
from pathlib import Path

from textual.app import App

from interfaces.cli.main import main

_FILE = Path(sys.argv.pop(1))
_handle = App._handle_exception  # noqa: SLF001 -- textual has no other place to hear of it


def _told(app: App[object], error: Exception) -> None:
    with _FILE.open("a", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    _handle(app, error)


App._handle_exception = _told  # type: ignore[method-assign]  # noqa: SLF001

if __name__ == "__main__":
    main()
