"""The other end of `tui.apart`: answers one question after another about one state of a warehouse."""

import os
import pickle
import sys
import threading
from ast import literal_eval
from pathlib import Path
from typing import Any

from benchmart.config import Home
from benchmart.errors import BenchmartError
from benchmart.sql_limits import Limits
from tui.warehouse import OpenWarehouse


def main(home: str, identity: str, idle_seconds: str) -> None:
    """Until the browser ends, or asks nothing any more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    warehouse: OpenWarehouse | None = None
    while True:
        idle = threading.Timer(float(idle_seconds), os._exit, [0])
        idle.daemon = True
        idle.start()
        try:
            function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 -- from the browser
        except EOFError:
            return
        idle.cancel()
        try:
            warehouse = warehouse or _opened(Path(home), literal_eval(identity))
            with warehouse.cursor() as cursor:
                answer = True, function(cursor, *arguments)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the browser is told
            answer = False, _sendable(error)
        pickle.dump(answer, answers)
        answers.flush()


def _opened(home: Path, identity: Any) -> OpenWarehouse:
    """Raises BenchmartError where another state is served than the browser shows."""
    warehouse = OpenWarehouse(Home(home), Limits())
    if warehouse.identity != identity:
        warehouse.close()
        raise BenchmartError(
            "a newer state was built, and this needs more memory than the one that is shown has",
            hint="n shows the newest, which can be asked",
        )
    return warehouse


def _sendable(error: Exception) -> Exception:
    """What cannot be sent as it is is told in words."""
    try:
        return pickle.loads(pickle.dumps(error))  # type: ignore[no-any-return]  # noqa: S301 -- our own
    except Exception:  # noqa: BLE001 -- of any class, with any way to fail
        return BenchmartError(f"{type(error).__name__}: {error}")
