"""Numbers as they stand in text files. Stricter than `float`, which takes `1_0`, `nan` and digits of any script."""

import math
import re

_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")

LARGEST_WHOLE = 2**53
"""Above this a float no longer holds every whole number, so one read from it could be off."""


def finite(text: str) -> float:
    """The number in `text`; commas between thousands are allowed. Raises ValueError when it is not a finite number."""
    if not text.isascii() or "_" in text:
        raise ValueError(f"{text!r} is not a number")
    if "," in text and _THOUSANDS.fullmatch(text.strip()):
        text = text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite")
    return value


def positive(text: str) -> float:
    """A finite number above zero. Raises ValueError."""
    value = finite(text)
    if value <= 0:
        raise ValueError(f"{text!r} is not above zero")
    return value


def not_negative(text: str) -> float:
    """A finite number, zero or above. Raises ValueError."""
    value = finite(text)
    if value < 0:
        raise ValueError(f"{text!r} is below zero")
    return value


def positive_whole(text: str) -> int:
    """A whole number above zero; `1024.0` is one, `1024.5` is not. Raises ValueError."""
    value = positive(text)
    if value > LARGEST_WHOLE:
        raise ValueError(f"{text!r} is too large")
    if value != int(value):
        raise ValueError(f"{text!r} is not a whole number")
    return int(value)
