"""A choice in the framework's words: of kinds of hardware, and of devices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from benchmart.errors import UsageError
from interfaces.hardware_selector.answers import answer
from interfaces.hardware_selector.words import BROWSERS, HARDWARE
from predictors.selector.knowledge import Knowledge
from predictors.selector.needs import need_of
from predictors.selector.request import SelectionRequest
from predictors.selector.selection import select
from predictors.selector.settings import with_settings

_DDP_GPUS = 8


def choose(
    asked: SelectionRequest,
    words: Sequence[str],
    known: Knowledge,
    *,
    config: Mapping[str, Any],
    sequence_length: int,
) -> dict[str, Any]:
    """The keys of `select_hardware` for the best device of each word.

    Args:
        asked: What is asked, without what may be chosen from.
        words: Kinds (`cuda`) and devices (`rtx-4090`) that the answer names.
        known: What choices are made from.
        config: Settings; see `predictors.selector.settings`.
        sequence_length: As the answer repeats it.

    Raises UsageError for words that are not known, none at all, and interfaces of browsers alone.
    """
    if isinstance(words, str):
        raise UsageError(f"the available hardware is one text, {words!r}", hint=f"Give a list: [{words!r}]")
    usable = tuple(word for word in words if word not in BROWSERS)
    if words and not usable:
        raise UsageError(
            f"nothing is known of how fast {', '.join(words)} are: they are interfaces of browsers",
            hint=f"Name a device or a kind of: {', '.join(HARDWARE)}",
        )
    asked = with_settings(replace(asked, allow=usable, is_by_kind=True), config)
    return answer(select(asked, known), words, sequence_length, known)


def strategy_of(asked: SelectionRequest, word: str | None, gpu_count: int, known: Knowledge) -> str:
    """DDP where all of training fits into one device of the kind, else FSDP, or ZeRO 3 on more than 8 of NVIDIA."""
    from interfaces.hardware_selector.distributed import largest_of

    need = need_of(asked, known)
    largest = largest_of(known, word) if word is not None else None
    if need is None or (largest is not None and need.high <= (largest.facts.memory_bytes or 0.0)):
        return "DDP"
    return "DeepSpeed+ZeRO3" if gpu_count > _DDP_GPUS and word == "cuda" else "FSDP"
