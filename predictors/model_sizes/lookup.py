"""Which model of the catalogue a name in the wild means."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.names import key_of, keys_of, stated_size, words_of
from predictors.model_sizes.published import catalogue

_LOOSEST = 0.4
"""How far the size a name states may lie from the model's: Falcon3-1B has 1.7 billion parameters, gemma-7b 8.5."""


GRADES = frozenset(
    {
        "nano",
        "tiny",
        "mini",
        "small",
        "medium",
        "base",
        "large",
        "xlarge",
        "xxlarge",
        "huge",
        "giant",
        "xl",
        "xxl",
    }
)
"""Words that tell sizes of one family apart."""


def exact(name: str) -> Architecture | None:
    """The model of this very name, whatever its case and separators."""
    return next((found for key in keys_of(name) if (found := _by_key().get(key))), None)


def within(name: str) -> Architecture | None:
    """The model with the longest name that is part of this one: `gpt2-medium` for `my-gpt2-medium-tuned`.

    A name that says `large` or the like means no model whose name does not, and a number that is written to the end of
    a name makes it another's: `densenet264` is no `densenet`.
    """
    size, words = stated_size(name), words_of(name)
    runs = sorted(_runs(words), key=lambda run: len("".join(run)), reverse=True)
    for run in runs:
        found = _by_key().get("".join(run))
        if found is None or (GRADES.intersection(words) and not GRADES.intersection(run)):
            continue
        if _goes_on(run, words, name):
            continue
        if size is None or size.word in run or _agrees(size.parameters, found):
            return found
    return None


def scattered(name: str) -> Architecture | None:
    """The model whose words, its size among them, all stand in this name in their order: `llama-2-ko-7b`."""
    size, words = stated_size(name), words_of(name)
    if size is None:
        return None
    fitting = [key for key in _keys_of_size().get(size.word, {}) if _in_order(key, words)]
    return _keys_of_size()[size.word][max(fitting, key=lambda key: len("".join(key)))] if fitting else None


def nearest(name: str, count: int = 3) -> list[str]:
    """Names of the catalogue that look like this one."""
    known = {key_of(entry.architecture.name): entry.architecture.name for entry in catalogue()}
    return [known[key] for key in get_close_matches(key_of(name), known, count, cutoff=0.5)]


def _goes_on(run: tuple[str, ...], words: tuple[str, ...], name: str) -> bool:
    """Whether a number without a unit is written to the end of these words."""
    starts = (index for index in range(len(words)) if words[index : index + len(run)] == run)
    following = (words[start + len(run)] for start in starts if start + len(run) < len(words))
    return run[-1].isalpha() and any(word.isdigit() and run[-1] + word in name.lower() for word in following)


def _agrees(stated: float, found: Architecture) -> bool:
    return abs(found.parameter_count / stated - 1) <= _LOOSEST


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield words[start:end]


def _in_order(wanted: tuple[str, ...], words: tuple[str, ...]) -> bool:
    left = iter(words)
    return all(word in left for word in wanted)


@cache
def _by_key() -> Mapping[str, Architecture]:
    """The first of two models of one name counts: own names before aliases."""
    found: dict[str, Architecture] = {}
    for entry in catalogue():
        found.setdefault(key_of(entry.architecture.name), entry.architecture)
    for entry in catalogue():
        for alias in entry.aliases:
            found.setdefault(key_of(alias), entry.architecture)
    return found


@cache
def _keys_of_size() -> Mapping[str, Mapping[tuple[str, ...], Architecture]]:
    """By the word of the size: names that have it and a word of letters, as words."""
    found: dict[str, dict[tuple[str, ...], Architecture]] = {}
    for entry in catalogue():
        for name in (entry.architecture.name, *entry.aliases):
            size, words = stated_size(name), _essential(words_of(name))
            if size and len(words) > 1:
                found.setdefault(size.word, {}).setdefault(words, entry.architecture)
    return found


def _essential(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without what follows the size, such as `hf`, `base` or a version of the weights."""
    size = stated_size("-".join(words))
    return words[: words.index(size.word) + 1] if size and size.word in words else words
