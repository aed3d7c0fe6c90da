"""How large a model is, by its name."""

from dataclasses import replace
from functools import lru_cache

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.derived import derived_architecture
from predictors.model_sizes.families import family_by_words, model_of
from predictors.model_sizes.lookup import nearest
from predictors.model_sizes.members import only_member, sizes_of
from predictors.model_sizes.names import key_of, stated_size


@lru_cache(maxsize=4096)
def size_of(name: str) -> Architecture:
    """The architecture that a name in the wild means.

    Tried in this order: the catalogue by the whole name, the profiles of the package, the catalogue by part of the
    name, the size that the name states, the one size of a family.

    Args:
        name: With or without organisation, such as `meta-llama/Llama-2-7b-chat-hf`, `Llama 2 7B` or `resnet50`.

    Raises:
        PredictionRefused: The name states no size and is unknown, or that of a family with several: the hint lists
            them.
    """
    found = model_of(name)
    if found:
        return (
            found if _names_it(name, found) else replace(found, notes=(*found.notes, _taken_for(name, found)))
        )
    size = stated_size(name)
    if size is None:
        only = only_member(name)
        if only is None:
            raise PredictionRefused(
                "the name states no size, and is that of no one model", where=name, hint=_hint(name)
            )
        return replace(only, notes=(*only.notes, f"{name} has this one size"))
    return derived_architecture(name, size, family_by_words(name) or "text_generation")


def _hint(name: str) -> str:
    """The sizes of the family it names, else names like it."""
    if sizes := sizes_of(name):
        return sizes
    if near := nearest(name):
        return f"Known names like it: {', '.join(near)}"
    return "Give a name that states a size, such as 7b"


def _names_it(name: str, found: Architecture) -> bool:
    return key_of(name) in {key_of(found.name), found.name}


def _taken_for(name: str, found: Architecture) -> str:
    return f"{name} is taken for a variant of {found.name}: it has its dimensions"
