"""Which family of models a name belongs to."""

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from itertools import pairwise

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.lookup import exact, nearest, scattered, within
from predictors.model_sizes.names import stated_size, words_of
from predictors.model_sizes.traced import traced, traced_beginning

FAMILIES = ("text_generation", "embedding", "vision", "audio", "multimodal")


def model_of(name: str) -> Architecture | None:
    """The known model a name means: by the whole name before parts of it, and by the catalogue before the profiles."""
    for find in (exact, traced, scattered, within, traced_beginning):
        if found := find(name):
            return found
    return None


def family_of(name: str) -> str:
    """One of FAMILIES: by the catalogue, then by the profiles of the package, then by the words of the name.

    Raises:
        PredictionRefused: No rule knows a word of the name, and it states no size as language models do.
    """
    found = model_of(name)
    family = found.family if found else family_by_words(name)
    if family is None and stated_size(name):
        return "text_generation"
    if family is None:
        near = ", ".join(nearest(name)) or "none"
        raise PredictionRefused(
            "no rule knows the family of this name",
            where=name,
            hint=f"Give one of {', '.join(FAMILIES)}; names like it: {near}",
        )
    return family


def family_by_words(name: str) -> str | None:
    """The family of the first rule that knows a word of the name: `hubert` is no `bert`, and `clip-vit` no `vit`."""
    words = words_of(name)
    pairs = ["".join(pair) for pair in pairwise(words)]
    for family, patterns in _rules():
        if any(fnmatchcase(word, pattern) for word in (*words, *pairs) for pattern in patterns):
            return family
    return None


@cache
def _rules() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = (files("predictors.model_sizes") / "catalogue" / "families.toml").read_text(encoding="utf-8")
    return tuple((rule["family"], tuple(rule["words"])) for rule in tomllib.loads(text)["rules"])
