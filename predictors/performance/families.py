"""What belongs together by name and by size, so that a split does not hand out the answer."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_PORTS = re.compile(r"^(tf|legacy|gluon|ssl|swsl|ig|tv|jx|adv|ens)_")
_LETTERS = re.compile(r"[a-z]+")


def plain_name(model: str) -> str:
    """The name without the tag of its weights and without the mark of a port of the same network."""
    name = model.lower().split(".", maxsplit=1)[0]
    while (shorter := _PORTS.sub("", name)) != name:
        name = shorter
    return name


def prefix_family(model: str) -> str:
    """The letters a name begins with: `resnet` for `tf_resnet50d.in1k`."""
    found = _LETTERS.match(plain_name(model))
    return found.group() if found else plain_name(model)


def twin_groups(models: Sequence[str], signatures: Sequence[tuple[float, ...]]) -> npt.NDArray[np.int64]:
    """One number a row, equal for ports of one network and for networks of equal size.

    Args:
        models: Names.
        signatures: What is equal in twins, such as parameters, operations and activations. A NaN is equal to nothing.

    Returns:
        Shape (rows,): rows with one number must lie on one side of a split.
    """
    parent: dict[object, object] = {}

    def root(of: object) -> object:
        while parent.setdefault(of, of) != of:
            parent[of] = parent[parent[of]]
            of = parent[of]
        return of

    for model, signature in zip(models, signatures, strict=True):
        name = plain_name(model)
        if not any(np.isnan(signature)):
            parent[root(signature)] = root(name)
    roots = [root(plain_name(model)) for model in models]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(roots))}
    return np.array([numbers[each] for each in roots], dtype=np.int64)
