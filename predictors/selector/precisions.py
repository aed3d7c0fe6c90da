"""Spellings of precisions, and the one name that counts for each."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache

from benchmart.config import project_folder
from predictors.selector.request import one_of

_OF_MEMORY = ("mixed_bf16", "mixed_fp16", "nf4")
"""Names that the models of memory have beside those of results."""


def canonical(precision: str, measured: Iterable[str | None]) -> str:
    """The name under which results have this precision, such as `fp16` for `float16`.

    Args:
        precision: As a person writes it.
        measured: Names of precisions that results have, which count as they are.

    Raises UsageError for one that is neither, with the nearest.
    """
    names = _names()
    plain = precision.strip().lower()
    if plain in names:
        return names[plain]
    known = sorted({*names.values(), *_OF_MEMORY, *(each for each in measured if each)})
    one_of("precision", precision, tuple(known))
    return precision


@cache
def _names() -> Mapping[str, str]:
    path = project_folder() / "seeds" / "precisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["precision"].lower(): row["canonical"] for row in csv.DictReader(file)}
