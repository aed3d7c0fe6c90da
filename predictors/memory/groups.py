"""Which models are new together: twins under two names, and families by the beginning of the name."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

_COPY = re.compile(r"^(tf|legacy|adv|gluon|ens_adv|ig|ssl|swsl)_")
"""The same network with other weights or padding."""


def plain_name(name: str) -> str:
    """A model's name without pretraining tag and the prefixes of copies: tf_efficientnet_b0.ns -> efficientnet_b0."""
    plain = name.partition(".")[0].rpartition("/")[2].lower()
    while shorter := _COPY.sub("", plain):
        if shorter == plain:
            break
        plain = shorter
    return plain


def prefix_family(name: str) -> str:
    """The letters a plain name begins with: resnetv2_50x1 -> resnetv."""
    found = re.match(r"[a-z]+", plain_name(name))
    return found.group() if found else plain_name(name)


def twin_groups(signatures: Mapping[str, Iterable[object]]) -> dict[str, int]:
    """A number for every name, equal for twins: names that share a plain name or one of their signatures."""
    parents: dict[object, object] = {}

    def root(item: object) -> object:
        while parents.setdefault(item, item) != item:
            item = parents[item]
        return item

    for name, its in signatures.items():
        for shared in (("name", plain_name(name)), *(("signature", each) for each in its)):
            parents[root(shared)] = root(("subject", name))
    roots = {name: root(("subject", name)) for name in signatures}
    numbers = {each: number for number, each in enumerate(dict.fromkeys(roots.values()))}
    return {name: numbers[each] for name, each in roots.items()}


def folds(groups: Sequence[object], count: int, seed: int) -> Integers:
    """The fold of each row: whole groups, shuffled by the seed, dealt out largest first so that folds are even."""
    sizes: dict[object, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    names = list(sizes)
    order = np.random.default_rng(seed).permutation(len(names))
    filled = [0] * count
    fold_of: dict[object, int] = {}
    for index in sorted(order, key=lambda each: -sizes[names[each]]):
        fold = filled.index(min(filled))
        fold_of[names[index]] = fold
        filled[fold] += sizes[names[index]]
    return np.array([fold_of[group] for group in groups], dtype=np.int64)
