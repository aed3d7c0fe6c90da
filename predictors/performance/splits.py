"""Ways to hold out what a question may bring that is new, in groups: rows of one group never stand on both sides."""

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from predictors.contract import Question

Places = npt.NDArray[np.int64]

SPLITS = ("rows", "unseen model", "unseen family", "unseen hardware")
_FOLDS = 5
_PORTS = re.compile(r"^(tf|legacy|gluon|ssl|swsl)_")
_FIRST_WORD = re.compile(r"^[a-z]+")


def family_of(question: Question) -> str:
    """The architecture a model's name begins with; ports from elsewhere belong to what they port."""
    name = _PORTS.sub("", (question.profile.model_id or question.profile.subject).lower())
    found = _FIRST_WORD.match(name)
    return found.group() if found else name


def folds(questions: Sequence[Question], split: str) -> Iterator[tuple[Places, Places]]:
    """Places to learn from and places to score, each place scored once; none when there are fewer than two groups."""
    groups = [_group(question, split, place) for place, question in enumerate(questions)]
    known = sorted(set(groups))
    if len(known) < 2:  # noqa: PLR2004 - one group cannot be held out
        return
    count = len(known) if split == "unseen hardware" else min(_FOLDS, len(known))
    number = (
        {group: _scattered(known).index(group) % count for group in known} if len(known) <= count else None
    )
    of = np.array([number[group] if number else crc32(group.encode()) % count for group in groups])
    for fold in range(count):
        if (of == fold).any() and (of != fold).any():
            yield np.flatnonzero(of != fold), np.flatnonzero(of == fold)


def _group(question: Question, split: str, place: int) -> str:
    profile = question.profile
    if split == "rows":
        return str(place)
    if split == "unseen model":
        # Models under several names do the same work to the operation: they are one.
        return f"{profile.parameter_count:.0f}" if profile.parameter_count else profile.subject
    return family_of(question) if split == "unseen family" else question.hardware.hardware_id


def _scattered(known: Sequence[str]) -> list[str]:
    return sorted(known, key=lambda group: (crc32(group.encode()), group))
