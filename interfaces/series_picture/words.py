"""What was found in a series, in words that are the same on a page and in a terminal."""

import math
import re
from collections.abc import Callable, Sequence

from predictors.detection.contract import ChangePoint

_TONES = {"regression": "worse", "improvement": "better"}
_PARTS = re.compile(r"[-_,;/\s]+")
_LEAST_P = 1e-99

Shown = Callable[[float], str]
"""From a number to how it is written."""


def tone_of(change: ChangePoint) -> str:
    """`worse`, `better`, or nothing for a metric without a direction."""
    return _TONES.get(change.verdict, "")


def effect_words(change: ChangePoint, shown: Shown) -> str:
    """How much it came to: `+20.0%`, `2.5 x` from twice on; a difference for series that are not positive."""
    return _much(change, change.effect, change.after - change.before, shown)


def label_of(change: ChangePoint, shown: Shown) -> str:
    """The same with what it means: `+20.0%, worse`."""
    return ", ".join(filter(None, (effect_words(change, shown), tone_of(change))))


def evidence_of(change: ChangePoint, shown: Shown) -> str:
    """How much, how sure, and how long it has lasted, as one clause."""
    parts = [f"from {shown(change.before)} to {shown(change.after)}, {label_of(change, shown)}"]
    if change.low is not None and change.high is not None:
        low, high = interval_words(change, shown)
        parts.append(f"95 % interval {low} to {high}")
    parts.append(f"p {p_words(change.p_value)}")
    parts.append(f"{change.points_before:,} points before and {change.points_after:,} since")
    if change.found_by:
        parts.append(f"also found by {', '.join(change.found_by)}")
    return "; ".join(parts)


def interval_words(change: ChangePoint, shown: Shown) -> tuple[str, str]:
    """Both ends of the 95 % interval, as the effect is told; nothing where there is none."""
    low, high = ("" if end is None else _much(change, end, end, shown) for end in (change.low, change.high))
    return low, high


def size_of(change: ChangePoint) -> float:
    """How large a change is beside others of its series: a factor and its inverse are equally large."""
    if change.effect is not None and change.effect > -1:
        return abs(math.log1p(change.effect))
    return abs(change.after - change.before)


def p_words(p_value: float) -> str:
    """One digit; what is smaller than numbers go is told so."""
    return f"{p_value:.1g}" if p_value > _LEAST_P else f"< {_LEAST_P:.0g}"


def told_apart(names: Sequence[str | None]) -> list[str]:
    """Each name without the parts that all of them have: `py3.7 numpy1.14` of `env-py3.7-numpy1.14-six`."""
    parts = [list(filter(None, _PARTS.split(name or ""))) for name in names]
    common = set.intersection(*map(set, parts)) if parts else set()
    short = [" ".join(part for part in one if part not in common) for one in parts]
    return [text or name or "not told" for text, name in zip(short, names, strict=True)]


def _much(change: ChangePoint, relative: float | None, difference: float, shown: Shown) -> str:
    """A share where the effect is one, else a difference in the unit."""
    if change.effect is None or relative is None:
        return f"{'+' if difference > 0 else ''}{shown(difference)}"
    return f"{relative + 1:.3g} x" if relative >= 1 else f"{relative:+.1%}"
