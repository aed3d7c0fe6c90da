"""How wide words are, and how to make them fit, without asking a font."""

import unicodedata

SIZE = 12
"""Pixels, of all words in charts."""
LINE = 16
"""Pixels from one line of words to the next."""

_NARROW = frozenset("ijl.,:;'`|!()[]{}tfrI -/\\")
_WIDE = frozenset("mwMW@%—…")
_EM_NARROW, _EM_USUAL, _EM_CAPITAL, _EM_WIDE, _EM_DOUBLE = 0.38, 0.6, 0.7, 0.95, 1.1
"""Widths in em, no less than those of the usual sans-serif fonts: what is said to fit does."""


def text_width(text: str, size: float = SIZE) -> float:
    """Pixels that a text takes at most, in a sans-serif font of `size` pixels."""
    return size * sum(map(_em, text))


def fitted(text: str, width: float, size: float = SIZE) -> str:
    """The text, cut in its middle where it is longer than `width` pixels: names of models differ at both ends."""
    if text_width(text, size) <= width:
        return text
    for kept in range(len(text) - 1, 1, -1):
        head = (kept + 1) // 2
        cut = f"{text[:head]}…{text[len(text) - kept + head :]}"
        if text_width(cut, size) <= width:
            return cut
    return "…"


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return _EM_DOUBLE
    if character in _NARROW:
        return _EM_NARROW
    if character in _WIDE:
        return _EM_WIDE
    return _EM_CAPITAL if character.isupper() else _EM_USUAL
