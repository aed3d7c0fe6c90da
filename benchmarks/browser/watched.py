"""The program, what ends it written to a file as well: a terminal of three columns has no room for an error.

On SIGUSR1 it writes there where each of its threads is: where it hangs, if it does.

python benchmarks/browser/watched.py FILE tui ...
"""

import faulthandler
import signal
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

faulthandler.register(signal.SIGUSR1, _FILE.open("a", encoding="utf-8"))

if __name__ == "__main__":
    main()
