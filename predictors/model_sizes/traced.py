"""Models that were traced for the profiles of the package, by their timm names."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.names import key_of
from predictors.packaged_profiles import packaged_sizes


def traced(name: str) -> Architecture | None:
    """The model of a timm name, with or without the tag of its weights: `vit_base_patch16_224.augreg_in1k`."""
    sizes = packaged_sizes()
    for candidate in _candidates(name):
        subject = candidate if candidate in sizes else _by_key().get(key_of(candidate))
        if subject:
            count, image_size = sizes[subject]
            return Architecture(subject, "vision", count, count, "profile", image_size=image_size)
    return None


def traced_beginning(name: str) -> Architecture | None:
    """The model whose timm name this one begins with, word by word: `convnextv2_huge` for `convnextv2-huge-22k-512`."""
    words = re.split(r"[-_ ./]+", name.strip().lower().rsplit("/", maxsplit=1)[-1])
    beginnings = ("_".join(words[:count]) for count in range(len(words) - 1, 1, -1))
    return next((found for found in map(traced, beginnings) if found), None)


def _candidates(name: str) -> Iterator[str]:
    plain = name.strip().lower().rsplit("/", maxsplit=1)[-1]
    yield plain
    if "." in plain:
        yield plain.split(".", maxsplit=1)[0]


@cache
def _by_key() -> Mapping[str, str]:
    return {key_of(subject): subject for subject in packaged_sizes()}
