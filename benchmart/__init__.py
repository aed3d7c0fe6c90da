"""benchmart: an event-sourced warehouse of benchmark results, with SQL as its first tool.

Importing this package costs next to nothing: what is named here is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmart.config import Home, find_home
    from benchmart.errors import BenchmartError
    from benchmart.event_log.log import EventLog
    from benchmart.recording import Run

__version__ = "0.1.0"

__all__ = ["BenchmartError", "EventLog", "Home", "Run", "__version__", "find_home"]

_HOMES = {
    "BenchmartError": "benchmart.errors",
    "EventLog": "benchmart.event_log.log",
    "Home": "benchmart.config",
    "Run": "benchmart.recording",
    "find_home": "benchmart.config",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
