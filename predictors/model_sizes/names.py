"""Names of models as people type them: cut into words, and the size that a name states."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\d+x\d+(?:\.\d+)?[bm](?![a-z])|\d+(?:\.\d+)?[a-z]*|[a-z]+")
_EXPERTS = re.compile(r"(\d+)x(\d+(?:\.\d+)?)([bm])")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([bmt])")
_SPELLED = re.compile(r"(\d)[\s_-]*(b|m|t)(?:illion|rillion|n)\b")
_FRACTION = re.compile(
    r"(?<=\d)p(?=\d+[bm](?![a-z\d]))"
    r"|(?:(?<=^\d)|(?<=[-/ ]\d)|(?<=_0))_(?=\d+[bm](?![a-z\d]))"
)
"""`1p3b`, and `stablelm-2-1_6b`, where other words have other separators; in `llama2_70b` the line separates words."""
_LINE = re.compile(r"(?<=\d)_(?=\d)")
_BLOOM_FRACTION = re.compile(r"(?<![\dx.])(\d+)b(\d)(?![\da-z])")
_UNITS = {"m": 10**6, "b": 10**9, "t": 10**12}
_NOT_SIZES = frozenset({"batch", "bs", "step", "steps", "tokens", "seq", "len", "ctx", "context"})


@dataclass(frozen=True, slots=True)
class StatedSize:
    """Parameters that a name states."""

    parameters: float
    """All of them; of one of the experts, with all that surrounds them, when `experts` is set (`8x7B`)."""
    word: str
    experts: int | None = None
    active: float | None = None
    """Those a token goes through (`A3B`)."""


def words_of(name: str) -> tuple[str, ...]:
    """Runs of letters, and numbers with their units, without the organisation: `qwen`, `2.5`, `7b`, `instruct`."""
    text = _SPELLED.sub(r"\1\2", _without_organisation(name.strip().lower()))
    text = _BLOOM_FRACTION.sub(r"\1.\2b", _FRACTION.sub(".", text))
    return tuple(_WORD.findall(text))


def _without_organisation(name: str) -> str:
    """The last part of a path, unless it is but a number: `vit-b/16`."""
    parts = [part for part in re.split(r"[/\\]", name) if part]
    while len(parts) > 1 and any(letter.isalpha() for letter in parts[-1]):
        parts = parts[1:]
    return "-".join(parts)


def key_of(name: str) -> str:
    """What is equal for names that differ in case, separators and organisation only."""
    return "".join(words_of(name))


def keys_of(name: str) -> tuple[str, ...]:
    """Keys of a name with one line between digits as the point of a fraction (`qwen2_5_7b`), and as it stands."""
    points = (f"{name[: line.start()]}.{name[line.end() :]}" for line in _LINE.finditer(name))
    return tuple(key_of(reading) for reading in (*points, name))


def stated_size(name: str) -> StatedSize | None:
    """The size a name states; None when it has none.

    The first number with a unit counts: a later one is mostly the length of a context (`7B-1M`) or of the training
    (`1.1B-3T`). Numbers without a unit are versions, and those with others (`4bit`, `128k`) no sizes.
    """
    words = words_of(name)
    active = _active(words)
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if before in _NOT_SIZES or (before == "a" and index > 1 and active):
            continue
        if found := _EXPERTS.fullmatch(word):
            experts, number, unit = found.groups()
            return StatedSize(float(number) * _UNITS[unit], word, int(experts), active)
        if found := _SIZE.fullmatch(word):
            number, unit = found.groups()
            if float(number) > 0:
                return StatedSize(float(number) * _UNITS[unit], word, active=active)
    return None


def _active(words: tuple[str, ...]) -> float | None:
    """Parameters of `A3B`, which follows the size of all."""
    for index in range(2, len(words)):
        found = _SIZE.fullmatch(words[index])
        if words[index - 1] == "a" and found and any(_is_size(word) for word in words[: index - 1]):
            return float(found.group(1)) * _UNITS[found.group(2)]
    return None


def _is_size(word: str) -> bool:
    return bool(_SIZE.fullmatch(word) or _EXPERTS.fullmatch(word))
