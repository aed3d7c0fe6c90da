"""Memory of a browser that stays open for days: what is no longer used is given back, without stalling keys."""

import ctypes
import gc
from contextlib import suppress
from time import monotonic

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
_LEAST_SECONDS, _MOST_SECONDS, _QUIET_SECONDS = 60.0, 300.0, 5.0


def keep_in_one_arena() -> None:
    """Have all threads allocate in one place: what a read leaves free is used by the next, whatever its thread.

    By itself glibc gives each thread another place, and what is free in one is not used by others. Other systems'
    allocators have no such setting, and are left as they are.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def put_off() -> None:
    """Search for no garbage while the first screen is made: hardly any of it is."""
    gc.disable()


def set_apart() -> None:
    """Search in what came since, and set apart what is left of it: modules, styles and screens, which mostly stay.

    Python's own searches then go through little, and stall no key.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.collect()  # of nothing: Python searches next when a quarter of what it then found has come


def take_back() -> None:
    """Search in all again, as what was set apart is no longer used."""
    gc.enable()
    gc.unfreeze()


class Tidying:
    """When to search in all: dialogs and rows that were there when things were set apart are garbage by now."""

    def __init__(self) -> None:
        """Nothing is used yet."""
        self._tidied = self._used = monotonic()

    def used(self) -> None:
        """A key or the mouse: somebody is at it."""
        self._used = monotonic()

    def is_due(self) -> bool:
        """Whether it was used since, and this some time ago; after minutes of keys without a pause also among them."""
        now = monotonic()
        since, quiet = now - self._tidied, now - self._used
        is_quiet = quiet > _QUIET_SECONDS and since > _LEAST_SECONDS
        return self._used > self._tidied and (is_quiet or since > _MOST_SECONDS)

    def tidy(self) -> None:
        """Search in what was set apart as well, which takes some tenths of a second."""
        gc.unfreeze()
        set_apart()
        self._tidied = monotonic()
