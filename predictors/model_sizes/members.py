"""The sizes of a family of models, for names that name a family and no size: `Falcon`, `Llama 2`."""

from collections.abc import Mapping
from functools import cache

from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.lookup import GRADES
from predictors.model_sizes.names import stated_size, words_of
from predictors.model_sizes.published import catalogue

_SAY_NOTHING_OF_SIZE = frozenset(
    {"base", "chat", "family", "hf", "instruct", "it", "model", "models", "pt", "series"}
)
_MOST_FAMILIES = 8


def only_member(name: str) -> Architecture | None:
    """The model a family's name means when the family has one size only, such as `Kimi-K2`."""
    models = {found.name: found for found in _families().get(_family_key(name), {}).values()}
    return next(iter(models.values())) if len(models) == 1 else None


def sizes_of(name: str) -> str:
    """What to name, in words: `Llama 2: 7b, 13b, 70b; name one`, and families that begin so. Empty where none does."""
    key = _family_key(name)
    if not key:
        return ""
    members = _families().get(key, {})
    sizes = sorted(members, key=lambda word: members[word].parameter_count)
    said = [f"{name.strip()}: {', '.join(sizes)}; name one"] if sizes else []
    others = [
        _spelled()[family] for family in _families() if family != key and _begins(_spelled()[family], name)
    ]
    if others:
        more = " and others" if len(others) > _MOST_FAMILIES else ""
        said.append(f"Families whose names begin so: {', '.join(others[:_MOST_FAMILIES])}{more}")
    return ". ".join(said)


def _begins(family: str, name: str) -> bool:
    """Whether a family's name begins with this one, word by word or version by version: `phi-3`, and no `phind`."""
    beginning = "-".join(_telling_words(name))
    return family.startswith(beginning) and not family[len(beginning) :][:1].isalpha()


def _family_key(name: str) -> str:
    return "".join(_telling_words(name))


def _telling_words(name: str) -> list[str]:
    words = list(words_of(name))
    while len(words) > 1 and words[-1] in _SAY_NOTHING_OF_SIZE:
        words.pop()
    return words


@cache
def _families() -> Mapping[str, Mapping[str, Architecture]]:
    """By the words before a size, as one: the models by their words of size.

    Aliases count for families that no model's own name belongs to: `qwen-0.5b` makes no member of Qwen, whose second
    generation it is.
    """
    own: dict[str, dict[str, Architecture]] = {}
    by_alias: dict[str, dict[str, Architecture]] = {}
    for entry in catalogue():
        _add(own, entry.architecture.name, entry.architecture)
        for alias in entry.aliases:
            _add(by_alias, alias, entry.architecture)
    return by_alias | own


def _add(families: dict[str, dict[str, Architecture]], name: str, model: Architecture) -> None:
    family, size = _parts(name)
    if family and size and model not in families.get("".join(family), {}).values():
        families.setdefault("".join(family), {}).setdefault(size, model)


@cache
def _spelled() -> Mapping[str, str]:
    """Keys of families as people write them."""
    names = [name for entry in catalogue() for name in (entry.architecture.name, *entry.aliases)]
    return {"".join(family): "-".join(family) for family, size in map(_parts, names) if family and size}


def _parts(name: str) -> tuple[tuple[str, ...], str | None]:
    """The words before the size of a name, and the word of the size: `7b`, or a grade such as `large`."""
    words, stated = words_of(name), stated_size(name)
    size = stated.word if stated else next((word for word in words[1:] if word in GRADES), None)
    if size is None or size not in words:
        return words, None
    return words[: words.index(size)], size
