"""Which words of conditions can be told apart: only those that vary within a device, and not always together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from predictors.performance.rows import Rows

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]

COLUMNS = ("mode", "compiler", "memory_format", "precision", "runtime", "runtime_version")
_NOT_STATED = "not stated"
_LITTLE = 1e-8


@dataclass(frozen=True, slots=True)
class Word:
    """A value of a column of conditions against the usual one."""

    column: str
    value: str
    against: str
    why_not: str = ""
    """Why it has no effect of its own; empty when it has."""
    along: str = ""
    """Words that always came with it, and whose effect is in its own."""

    @property
    def label(self) -> str:
        """Such as `compiler dynamo`."""
        return f"{self.column.replace('_', ' ')} {self.value}"


def words_of(rows: Rows) -> Mapping[str, Names]:
    """Texts of the conditions, by column; shape (rows,)."""
    versions = [_version(number) for number in rows.version.tolist()]
    stated = {name: getattr(rows, name) for name in COLUMNS[:-1]}
    texts = {name: [str(value or _NOT_STATED) for value in column] for name, column in stated.items()}
    return {
        name: np.array(values, dtype=object)
        for name, values in {**texts, "runtime_version": versions}.items()
    }


def _version(number: float) -> str:
    return f"{int(number)}.{round(number % 1 * 100)}" if np.isfinite(number) else _NOT_STATED


def compare(configurations: Sequence[tuple[str, ...]]) -> list[Word]:
    """All words but the usual ones, those with effects of their own first in their columns.

    The usual one of a column is found on most devices, and of those in most results: it ties most of them together.

    Args:
        configurations: Of each row, device first, then its words in the order of COLUMNS.
    """
    unique = sorted(set(configurations))
    devices = np.array([each[0] for each in unique], dtype=object)
    kept = _indicators(devices)
    words: list[Word] = []
    separable: dict[str, Floats] = {}
    for place, column in enumerate(COLUMNS, start=1):
        usual, *others = _by_spread(configurations, place)
        for value in others:
            has = np.array([float(each[place] == value) for each in unique])
            word = Word(column, value, usual)
            if _residual(has, kept) > _LITTLE:
                separable[word.label] = has
                kept = np.column_stack([kept, has])
                words.append(word)
                continue
            partners = _partners(has, devices, separable)
            words.append(replace(word, why_not=_why_not(partners)))
            words = [_joined(each, partners, word.label) for each in words]
    return words


def separable(words: Sequence[Word]) -> list[Word]:
    """Those with effects of their own."""
    return [word for word in words if not word.why_not]


def freedom(configurations: Sequence[tuple[str, ...]], words: Sequence[Word]) -> int:
    """Configurations that are left to tell how much configurations differ by chance, beyond devices and words."""
    unique = sorted(set(configurations))
    places = {name: place for place, name in enumerate(COLUMNS, start=1)}
    columns = [
        np.array([float(each[places[word.column]] == word.value) for each in unique])
        for word in separable(words)
    ]
    known = np.column_stack([_indicators(np.array([each[0] for each in unique], dtype=object)), *columns])
    return len(unique) - int(np.linalg.matrix_rank(known))


def _by_spread(configurations: Sequence[tuple[str, ...]], place: int) -> list[str]:
    rows: dict[str, int] = {}
    devices: dict[str, set[str]] = {}
    for each in configurations:
        rows[each[place]] = rows.get(each[place], 0) + 1
        devices.setdefault(each[place], set()).add(each[0])
    return sorted(rows, key=lambda value: (-len(devices[value]), -rows[value], value))


def _indicators(names: Names) -> Floats:
    return np.column_stack([(names == name).astype(float) for name in dict.fromkeys(names)])


def _residual(column: Floats, known: Floats) -> float:
    left = column - known @ np.linalg.lstsq(known, column, rcond=None)[0]
    return float(left @ left)


def _partners(has: Floats, devices: Names, others: Mapping[str, Floats]) -> list[str]:
    """The words whose differences within devices add up to this one's; none when it has no differences."""
    by_device = _indicators(devices)
    if not others or _residual(has, by_device) <= _LITTLE:
        return []
    known = np.column_stack([by_device, *others.values()])
    weights = np.linalg.lstsq(known, has, rcond=None)[0][by_device.shape[1] :]
    return [name for name, weight in zip(others, weights, strict=True) if abs(weight) > np.sqrt(_LITTLE)]


def _why_not(partners: Sequence[str]) -> str:
    return f"only together with {' and '.join(partners)}" if partners else "never varies within a device"


def _joined(word: Word, partners: Sequence[str], label: str) -> Word:
    if word.label not in partners:
        return word
    return replace(word, along=f"{word.along} and {label}" if word.along else label)
